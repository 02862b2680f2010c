import JOSE
import OpenSSL

/// The keys that there are, and the rules by which they change their states. Pure: knows no store and no clock.
///
///     pending ──► active ──► retiring ──► gone
///
/// - A key is pending from its first publication until every cached key set without it has run out.
/// - Then it becomes active, and the key that was active until then retires in the same step.
/// - A retiring key goes when nothing that it signed can be on its way any more.
/// - A withdrawn key goes at once from any state. If it was active, the pending key that would have come next
///   becomes active early, or a new one without any publication before.
struct KeyRoster: Sendable {
  /// The most keys of one use: what is published has to stay small. JWKS readers refuse long sets.
  static let mostOfUse = 32

  let policy: KeyPolicy
  /// By use, those that matter most to somebody who looks no further than the first key in front: the active one,
  /// then the pending, then the retiring, each older ones first.
  private(set) var keys: [SigningKey] = []

  init(_ keys: [SigningKey], policy: KeyPolicy) {
    self.policy = policy
    self.keys = keys
    sort()
  }

  func keys(of use: SigningKey.Use) -> [SigningKey] {
    keys.filter { $0.use == use }
  }

  func key(_ id: String) -> SigningKey? {
    keys.first { $0.id == id }
  }

  func active(_ use: SigningKey.Use) -> SigningKey? {
    keys.first { $0.use == use && $0.state == .active }
  }

  /// The pending key that becomes active first.
  func next(_ use: SigningKey.Use) -> SigningKey? {
    keys.filter { $0.use == use && $0.state == .pending }.min { $0.end < $1.end }
  }

  // MARK: - Time

  /// Does what is due: pending keys become active in their order, retiring ones go.
  mutating func advance(to now: Timestamp) {
    let due = keys.filter { $0.state == .pending && $0.end <= now }.sorted { $0.end < $1.end }
    for key in due { activate(key, at: now) }
    for key in keys where key.state == .retiring && key.end <= now { remove(key.id) }
  }

  /// The uses whose active key is of the age to get a successor, and has none yet.
  func aged(at now: Timestamp) -> [SigningKey.Use] {
    SigningKey.Use.all.filter { use in rotationTime(of: use).map { $0 <= now } ?? false }
  }

  /// When time alone changes something next; nil for never.
  var nextChange: Timestamp? {
    (keys.compactMap(\.until) + SigningKey.Use.all.compactMap(rotationTime)).min()
  }

  /// With a full set of keys a rotation by age waits for the first of them to go.
  private func rotationTime(of use: SigningKey.Use) -> Timestamp? {
    guard let age = policy.rotateAfter, let active = active(use), next(use) == nil, hasRoom(for: use) else {
      return nil
    }
    return active.since + age
  }

  // MARK: - Changes

  /// Publishes a successor of the active key, unless one is published already.
  ///
  /// - Parameter spare: a new private key, for the case that it is needed.
  /// - Returns: the successor.
  /// - Throws: `KeyNeeded` where `spare` is needed and does not fit, `KeyRingError.tooManyKeys`.
  mutating func rotate(_ use: SigningKey.Use, with spare: PrivateKey?, at now: Timestamp) throws -> SigningKey
  {
    if let next = next(use) { return next }
    let key = try fresh(use, from: spare, at: now)
    try add(key)
    return key
  }

  /// Adds a key from elsewhere: as successor of the active key, or in its place at once, where receivers know the
  /// key already.
  ///
  /// - Throws: `KeyRingError.keyExists`, `KeyRingError.tooManyKeys`.
  mutating func adopt(
    _ privateKey: PrivateKey, for purpose: SigningKey.Purpose, atOnce: Bool, at now: Timestamp
  ) throws -> SigningKey {
    let key = try SigningKey(
      privateKey, for: purpose, created: now, state: .pending, since: now, until: now + policy.publication)
    try add(key)
    if atOnce { activate(key, at: now) }
    return self.key(key.id) ?? key
  }

  /// Takes a key out at once.
  ///
  /// - Parameter spare: a new private key, for the case that the active key goes and has no successor.
  /// - Throws: `KeyNeeded` where `spare` is needed and does not fit, `KeyRingError.noSuchKey`.
  mutating func withdraw(_ id: String, with spare: PrivateKey?, at now: Timestamp) throws {
    guard let key = key(id) else { throw KeyRingError.noSuchKey(id) }
    if key.state == .active {
      let successor = try next(key.use) ?? fresh(key.use, from: spare, at: now)
      if self.key(successor.id) == nil { insert(successor) }
      activate(successor, at: now)
    }
    remove(id)
  }

  /// Gives every use that has no key its first. Nobody can have fetched a key set without it: it signs at once.
  ///
  /// - Throws: `KeyNeeded` where `spare` is needed and does not fit.
  mutating func begin(_ use: SigningKey.Use, with spare: PrivateKey?, at now: Timestamp) throws {
    guard keys(of: use).isEmpty else { return }
    let key = try fresh(use, from: spare, at: now)
    insert(key)
    activate(key, at: now)
  }

  private func fresh(
    _ use: SigningKey.Use, from spare: PrivateKey?, at now: Timestamp
  ) throws -> SigningKey {
    // The successor of a larger key is as large.
    let type = active(use)?.publicKey.publicKey.keyType ?? use.keyType
    guard let spare, spare.keyType == type else { throw KeyNeeded(type: type) }
    return try SigningKey(
      spare, for: use.purpose, created: now, state: .pending, since: now, until: now + policy.publication)
  }

  private mutating func add(_ key: SigningKey) throws(KeyRingError) {
    if let known = self.key(key.id) { throw .keyExists(key.id, known.state) }
    guard hasRoom(for: key.use) else { throw .tooManyKeys(key.use) }
    insert(key)
  }

  private func hasRoom(for use: SigningKey.Use) -> Bool { keys(of: use).count < Self.mostOfUse }

  private mutating func activate(_ key: SigningKey, at now: Timestamp) {
    if let former = active(key.use) {
      replace(former.entering(.retiring, at: now, until: now + policy.retention(for: key.purpose)))
    }
    replace(key.entering(.active, at: now, until: nil))
  }

  private mutating func insert(_ key: SigningKey) {
    keys.append(key)
    sort()
  }

  private mutating func replace(_ key: SigningKey) {
    remove(key.id)
    insert(key)
  }

  private mutating func remove(_ id: String) {
    keys.removeAll { $0.id == id }
  }

  private mutating func sort() {
    let order: [SigningKey.State] = [.active, .pending, .retiring]
    keys = SigningKey.Use.all.flatMap { use in
      order.flatMap { state in
        keys.filter { $0.use == use && $0.state == state }.sorted { $0.since < $1.since }
      }
    }
  }
}

/// A change needs a new private key, which takes too long to make within a transaction.
struct KeyNeeded: Error {
  let type: KeyType
}

extension SigningKey {
  /// When it leaves its state by itself; for never, an instant beyond all others.
  fileprivate var end: Timestamp { until ?? Timestamp(milliseconds: .max) }
}
