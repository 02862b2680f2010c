import JOSE
import OpenSSL
import Testing

@testable import Transmitter

@Suite struct KeyRosterTests {
  private static let use = SigningKey.Use(purpose: .set, algorithm: .es256)
  private static let other = SigningKey.Use(purpose: .token, algorithm: .es256)

  private let start = Timestamp(milliseconds: 1_800_000_000_000)
  /// Published for 1 h 6 min 1 s before use, and for 2 d 1 h after.
  private let policy = KeyPolicy(maxAge: .seconds(3600), horizon: .seconds(2 * 86_400))
  private let publication = Duration.seconds(3600 + 360 + 1)
  private let retention = Duration.seconds(2 * 86_400 + 3600)

  private func begun(_ policy: KeyPolicy? = nil) throws -> KeyRoster {
    var roster = KeyRoster([], policy: policy ?? self.policy)
    try roster.begin(Self.use, with: .generate(.p256), at: start)
    return roster
  }

  private func states(_ roster: KeyRoster) -> [SigningKey.State] {
    roster.keys(of: Self.use).map(\.state)
  }

  private func rotate(_ roster: inout KeyRoster, at now: Timestamp) throws -> SigningKey {
    try roster.rotate(Self.use, with: .generate(.p256), at: now)
  }

  @Test("the first key of a use signs at once, and for ever unless it is told otherwise")
  func first() throws {
    let roster = try begun()
    #expect(states(roster) == [.active])
    #expect(roster.nextChange == nil)
    #expect(roster.active(Self.other) == nil)
  }

  @Test("P10 a key is published for the max-age before it signs, and for the horizon and the max-age after")
  func life() throws {
    var roster = try begun()
    let old = try #require(roster.active(Self.use))
    let new = try rotate(&roster, at: start)
    let activation = start + publication
    #expect(new.until == activation)
    #expect(roster.nextChange == activation)

    roster.advance(to: activation - .milliseconds(1))
    #expect(states(roster) == [.active, .pending])
    #expect(roster.active(Self.use)?.id == old.id)

    // However late somebody looks, the time after use counts from then: the old key signed until then.
    let late = activation + .seconds(5000)
    roster.advance(to: late)
    #expect(states(roster) == [.active, .retiring])
    #expect(roster.active(Self.use)?.id == new.id)
    #expect(roster.nextChange == late + retention)

    roster.advance(to: late + retention - .milliseconds(1))
    #expect(states(roster) == [.active, .retiring])
    roster.advance(to: late + retention)
    #expect(roster.keys.map(\.id) == [new.id])
    #expect(roster.nextChange == nil)
  }

  @Test("a key of access tokens is kept after use for the longest life of a token")
  func tokenRetention() {
    #expect(policy.retention(for: .token) == .seconds(7200))
  }

  @Test("a second rotation joins the one under way")
  func rotationUnderWay() throws {
    var roster = try begun()
    let next = try rotate(&roster, at: start)
    #expect(try rotate(&roster, at: start + .seconds(9)).id == next.id)
    #expect(states(roster) == [.active, .pending])
  }

  @Test("two keys that fell due while nobody looked become active one after the other")
  func severalDue() throws {
    var roster = try begun()
    let first = try rotate(&roster, at: start)
    let second = try roster.adopt(.generate(.p256), for: .set, atOnce: false, at: start + .seconds(1))
    roster.advance(to: start + .seconds(86_400))
    #expect(roster.active(Self.use)?.id == second.id)
    #expect(roster.key(first.id)?.state == .retiring)
    #expect(states(roster) == [.active, .retiring, .retiring])
  }

  @Test("a withdrawn active key is followed by the next pending one, early")
  func withdrawalWithSuccessor() throws {
    var roster = try begun()
    let leaked = try #require(roster.active(Self.use))
    let next = try rotate(&roster, at: start)
    try roster.withdraw(leaked.id, with: nil, at: start + .seconds(1))
    #expect(roster.keys(of: Self.use).map(\.id) == [next.id])
    #expect(roster.active(Self.use)?.since == start + .seconds(1))
    #expect(roster.active(Self.use)?.until == nil)
  }

  @Test("a withdrawn active key without a successor is followed by a new one, asked for where there is none")
  func withdrawalWithoutSuccessor() throws {
    var roster = try begun()
    let leaked = try #require(roster.active(Self.use))
    #expect(throws: KeyNeeded.self) { try roster.withdraw(leaked.id, with: nil, at: start) }
    #expect(roster.keys(of: Self.use).map(\.id) == [leaked.id])
    let spare = try PrivateKey.generate(.p256)
    try roster.withdraw(leaked.id, with: spare, at: start)
    #expect(roster.active(Self.use)?.publicKey.thumbprint == (try JWK(publicKey: spare.publicKey).thumbprint))
    #expect(states(roster) == [.active])
  }

  @Test(
    "a withdrawn key that does not sign is simply gone", arguments: [SigningKey.State.pending, .retiring])
  func withdrawalOfOthers(state: SigningKey.State) throws {
    var roster = try begun()
    let active = try #require(roster.active(Self.use))
    let next = try rotate(&roster, at: start)
    if state == .retiring { roster.advance(to: start + publication) }
    let gone = state == .retiring ? active.id : next.id
    #expect(roster.key(gone)?.state == state)
    try roster.withdraw(gone, with: nil, at: start + publication)
    #expect(states(roster) == [.active])
    #expect(throws: KeyRingError.self) { try roster.withdraw(gone, with: nil, at: start) }
  }

  @Test("a key from elsewhere waits as any new key does, or signs at once where receivers know it")
  func adoption() throws {
    var roster = try begun()
    let waiting = try roster.adopt(.generate(.p256), for: .set, atOnce: false, at: start)
    #expect(waiting.state == .pending && waiting.until == start + publication)
    let known = try roster.adopt(.generate(.p256), for: .set, atOnce: true, at: start)
    #expect(known.state == .active && known.until == nil)
    #expect(states(roster) == [.active, .pending, .retiring])
    #expect(throws: KeyRingError.self) {
      try roster.adopt(known.privateKey, for: .token, atOnce: false, at: start)
    }
  }

  @Test("the successor of an RSA key is as large as it was")
  func sizeOfSuccessor() throws {
    var roster = KeyRoster([], policy: policy)
    _ = try roster.adopt(.generate(.rsa(bits: 3072)), for: .set, atOnce: true, at: start)
    let use = SigningKey.Use(purpose: .set, algorithm: .rs256)
    let need = #expect(throws: KeyNeeded.self) { try roster.rotate(use, with: nil, at: start) }
    #expect(need?.type == .rsa(bits: 3072))
  }

  @Test("one use has 32 keys and no more, and makes room by withdrawals")
  func bound() throws {
    var roster = try begun()
    let first = try #require(roster.active(Self.use))
    for _ in 1..<KeyRoster.mostOfUse {
      _ = try roster.adopt(.generate(.p256), for: .set, atOnce: true, at: start)
    }
    #expect(roster.keys(of: Self.use).count == 32)
    #expect(throws: KeyRingError.self) { _ = try rotate(&roster, at: start) }
    #expect(throws: Never.self) { try roster.begin(Self.other, with: .generate(.p256), at: start) }
    try roster.withdraw(first.id, with: nil, at: start)
    #expect(try rotate(&roster, at: start).state == .pending)
  }

  @Test("rotation by age begins at the age, once, and waits while there is no room")
  func aging() throws {
    var policy = policy
    policy.rotateAfter = .seconds(30 * 86_400)
    var roster = try begun(policy)
    let age = start + .seconds(30 * 86_400)
    #expect(roster.nextChange == age)
    #expect(roster.aged(at: age - .milliseconds(1)) == [])
    #expect(roster.aged(at: age) == [Self.use])
    _ = try rotate(&roster, at: age)
    #expect(roster.aged(at: age) == [])
    #expect(roster.nextChange == age + publication)

    roster.advance(to: age + publication)
    while roster.keys(of: Self.use).count < KeyRoster.mostOfUse {
      _ = try roster.adopt(.generate(.p256), for: .set, atOnce: true, at: age + publication)
    }
    let later = age + publication + .seconds(31 * 86_400)
    #expect(roster.aged(at: later) == [])
    #expect(roster.nextChange == age + publication + retention)
  }
}
