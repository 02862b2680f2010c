import JOSE
import OpenSSL

/// What is known of an issuer's keys, and when it is time to ask for them again. Pure: whoever fetches tells it what
/// came of it, and the time.
struct KeySetCache: Sendable {
  /// The issuer is asked no more often than this, whatever tokens are shown.
  static let shortestInterval = Duration.seconds(30)
  /// How long keys are good that could not be fetched again.
  static let longestStaleness = Duration.seconds(24 * 3600)
  /// How long a `kid` that was not found is not looked for again.
  static let unknownLifetime = Duration.seconds(10)
  static let mostUnknown = 1024

  /// How often the keys are fetched while all is well.
  private let interval: Duration
  private var keys = JWKSet(keys: [])
  private var fetched: Timestamp?
  private var began: Timestamp?
  private var fault: String?
  /// Until when each unknown `kid` is refused without a question.
  private var unknown: [String: Timestamp] = [:]

  init(interval: Duration) {
    self.interval = interval
  }

  // MARK: - Keys

  /// Whether there are keys to judge a token by: fetched at all, and not too long ago.
  func isUsable(at now: Timestamp) -> Bool {
    fetched.map { now.since($0) <= Self.longestStaleness } ?? false
  }

  /// Whether there are better keys to be waited for than those that are there: a failed fetch changes nothing for them.
  func isOutdated(at now: Timestamp) -> Bool {
    guard let fetched, isUsable(at: now) else { return true }
    return fault == nil && now.since(fetched) >= interval
  }

  /// The keys that a token may be signed with.
  func candidates(for header: JOSEHeader, at now: Timestamp) -> [JWK] {
    isUsable(at: now) ? keys.candidates(for: header) : []
  }

  // MARK: - When to fetch

  /// Whether a `kid` that is not among the keys is a reason to fetch them.
  func mayFetch(for keyID: String?, at now: Timestamp) -> Bool {
    guard !isKnownToBeUnknown(keyID, at: now) else { return false }
    return due(after: Self.shortestInterval, at: now) == .zero
  }

  /// How long until the keys are to be fetched by schedule: soon after a failure.
  func timeToRefresh(at now: Timestamp) -> Duration {
    due(after: fault == nil ? interval : Self.shortestInterval, at: now)
  }

  /// A clock that was set back counts as time that has passed.
  private func due(after interval: Duration, at now: Timestamp) -> Duration {
    guard let began, now >= began else { return .zero }
    return max(.zero, interval - now.since(began))
  }

  private func isKnownToBeUnknown(_ keyID: String?, at now: Timestamp) -> Bool {
    keyID.flatMap { unknown[$0] }.map { now < $0 } ?? false
  }

  /// Remembers that there is no such key. A flood of them is not remembered: ``shortestInterval`` is the bound for it.
  mutating func note(unknown keyID: String?, at now: Timestamp) {
    guard let keyID, !isKnownToBeUnknown(keyID, at: now) else { return }
    if unknown.count >= Self.mostUnknown { unknown = unknown.filter { now < $0.value } }
    guard unknown.count < Self.mostUnknown else { return }
    unknown[keyID] = now + Self.unknownLifetime
  }

  // MARK: - Fetching

  mutating func begin(at now: Timestamp) {
    began = now
  }

  /// Whatever is not in the new set is not good any more.
  mutating func succeed(with set: JWKSet, at now: Timestamp) {
    keys = set
    fetched = now
    fault = nil
  }

  /// What is known stays.
  mutating func fail(because cause: String) {
    fault = cause
  }

  // MARK: - Readiness

  /// Why no token of this issuer can be judged; nil if one can.
  func problem(at now: Timestamp) -> String? {
    guard isUsable(at: now) else { return "no keys: \(fault ?? "not fetched yet")" }
    return keys.keys.isEmpty ? "the issuer publishes no key that can be used" : nil
  }

  /// What is not as it should be, but does no harm yet.
  func warning(at now: Timestamp) -> String? {
    guard let fault, let fetched else { return nil }
    return "the keys are those of \(fetched): \(fault)"
  }
}
