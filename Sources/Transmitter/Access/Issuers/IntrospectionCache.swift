/// What introspection has found lately, by the SHA-256 of the token: a client that calls often is not asked about at
/// every call. Bounded; the oldest half goes first. Pure.
struct IntrospectionCache: Sendable {
  typealias Digest = [UInt8]
  typealias Finding = Result<AccessGrant, AuthenticationFailure>

  /// A revoked token is good for no longer than this.
  static let longestGood = Duration.seconds(30)
  static let longestBad = Duration.seconds(5)

  private struct Entry {
    let finding: Finding
    let end: Timestamp
  }

  private let capacity: Int
  private var entries: [Digest: Entry] = [:]
  private var order: [Digest] = []

  init(capacity: Int = 8192) {
    self.capacity = capacity
  }

  func finding(for digest: Digest, at now: Timestamp) -> Finding? {
    entries[digest].flatMap { now < $0.end ? $0.finding : nil }
  }

  /// Keeps a finding for as long as its kind is kept, and no longer than the token is good.
  mutating func keep(_ finding: Finding, for digest: Digest, at now: Timestamp) {
    if entries.updateValue(Entry(finding: finding, end: Self.end(of: finding, at: now)), forKey: digest)
      == nil
    {
      order.append(digest)
    }
    if order.count > capacity { forgetOldest() }
  }

  private static func end(of finding: Finding, at now: Timestamp) -> Timestamp {
    switch finding {
    case .success(let grant): min(now + longestGood, grant.expires ?? now + longestGood)
    case .failure: now + longestBad
    }
  }

  private mutating func forgetOldest() {
    let oldest = order.prefix(order.count / 2)
    for digest in oldest { entries[digest] = nil }
    order.removeFirst(oldest.count)
  }
}
