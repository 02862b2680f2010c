import JOSE
import OpenSSL
import SQLite
import TestSupport
import Testing

@testable import Transmitter

/// The ring over a real store, with the clock in the test's hand.
@Suite struct KeyRotationTests {
  private static let use = SigningKey.Use(purpose: .set, algorithm: .es256)

  private let directory: TemporaryDirectory
  private let clock = TestClock()
  private let environment: Environment
  private let sealer: Sealer
  private var policy = KeyPolicy(maxAge: .seconds(3600), horizon: .seconds(86_400))
  private var path: String { directory.file("transmitter.sqlite") }

  init() async throws {
    directory = try TemporaryDirectory()
    environment = Environment.testing(clock: clock)
    sealer = try Sealer(keyEncryptionKey: DatabaseTemplate.keyEncryptionKey)
    try await DatabaseTemplate.shared.write(to: path)
  }

  private func ring(on store: Store) async throws -> KeyRing {
    try await KeyRing(store: store, sealer: sealer, policy: policy, environment: environment)
  }

  private func rotating(_ ring: KeyRing, _ body: () async throws -> Void) async throws {
    let rotation = KeyRotation(ring: ring, environment: environment)
    try await running(rotation.run, until: rotation.stop, body)
  }

  private func states(_ ring: KeyRing) -> [SigningKey.State] { ring.roster.keys(of: Self.use).map(\.state) }

  @Test("P10 keys move on by themselves when their time has come")
  func alarm() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    try await rotating(ring) {
      let old = try ring.active(.es256, for: .set)
      let new = try await ring.rotate(Self.use)
      #expect(ring.published(for: .set).keys.map(\.keyID).contains(new.id))
      #expect(try ring.active(.es256, for: .set).id == old.id)

      try await clock.advanceToNextWaking()
      try await eventually("the new key signs") { try ring.active(.es256, for: .set).id == new.id }
      #expect(clock.now == new.until)
      #expect(states(ring) == [.active, .retiring])

      try await clock.advanceToNextWaking()
      try await eventually("the old key is gone") { states(ring) == [.active] }
      #expect(throws: KeyRingError.self) { try ring.key(old.id) }
      #expect(clock.sleeperCount == 0)
    }
    try await store.close()
  }

  @Test("times survive a restart: what fell due while nobody ran is done by the next start")
  func restart() async throws {
    let store = try Store(path: path)
    let next = try await ring(on: store).rotate(Self.use)
    try await store.close()

    clock.advance(by: .seconds(1800))
    let second = try Store(path: path)
    let again = try await ring(on: second)
    #expect(try again.key(next.id).until == next.until)
    try await rotating(again) {
      try await eventually("the alarm is set") { clock.nextWaking == next.until }
    }
    try await second.close()

    clock.advance(by: .seconds(86_400))
    let third = try Store(path: path)
    let last = try await ring(on: third)
    try await rotating(last) {
      try await eventually("the new key signs") { try last.active(.es256, for: .set).id == next.id }
      #expect(try last.key(next.id).since == clock.now)
    }
    try await third.close()
  }

  @Test("rotation by age makes successors of every use, again and again")
  mutating func age() async throws {
    policy.rotateAfter = .seconds(10 * 86_400)
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let first = ring.all.map(\.id)
    try await rotating(ring) {
      for generation in 2...3 {
        try await clock.advanceToNextWaking()
        try await eventually("generation \(generation) is published") {
          ring.all.count { $0.state == .pending } == 4
        }
        while ring.all.count(where: { $0.state == .active }) != ring.all.count {
          let waking = try #require(ring.roster.nextChange)
          try await eventually("the alarm is set") { clock.nextWaking == waking }
          clock.advance(to: waking)
          try await eventually("the ring moved on") { ring.roster.nextChange != waking }
        }
      }
    }
    #expect(ring.all.count == 4)
    #expect(Set(first).isDisjoint(with: ring.all.map(\.id)))
    try await store.close()
  }

  @Test("a rotation that ends at any point leaves one active key of each use in the rows")
  func rows() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let activeUses =
      "SELECT count(*), count(DISTINCT purpose || algorithm) FROM signing_key WHERE state = 'active'"
    func check() async throws {
      let counts = try await store.read { try $0.first(activeUses) { try [$0.int(0), $0.int(1)] } }
      #expect(counts == [4, 4])
    }
    _ = try await ring.rotate(Self.use)
    try await check()
    clock.advance(by: .seconds(7200))
    _ = try await ring.keepUp()
    try await check()
    try await ring.withdraw(ring.active(.es256, for: .set).id)
    try await check()
    _ = try await ring.add(.generate(.p256), for: .set, atOnce: true)
    try await check()
    let ids = ring.all.map { "\($0.id) \($0.state) \($0.since) \(String(describing: $0.until))" }
    let loaded = try await self.ring(on: store).all.map {
      "\($0.id) \($0.state) \($0.since) \(String(describing: $0.until))"
    }
    #expect(loaded == ids)
    try await store.close()
  }

  @Test("a withdrawn key is gone for good: it cannot be brought back")
  func withdrawal() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let leaked = try await ring.add(.generate(.p256), for: .set, atOnce: true)
    let edition = ring.edition
    try await ring.withdraw(leaked.id)
    #expect(ring.edition > edition)
    #expect(ring.published(for: .set).key(id: leaked.id) == nil)
    #expect(try ring.active(.es256, for: .set).id != leaked.id)
    await #expect(throws: KeyRingError.self) {
      try await ring.add(leaked.privateKey, for: .set, atOnce: false)
    }
    #expect(throws: KeyRingError.self) { try ring.key(leaked.id) }
    try await store.close()
  }

  @Test(
    "a key that is retired in order is rotated, goes at once if it has signed nothing, or goes on retiring")
  func retirement() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let old = try ring.active(.es256, for: .set)
    try await ring.retire(old.id)
    #expect(states(ring) == [.active, .pending])
    let next = try #require(ring.roster.next(Self.use))
    try await ring.retire(next.id)
    #expect(states(ring) == [.active])
    try await ring.retire(old.id)
    clock.advance(by: .seconds(7200))
    _ = try await ring.keepUp()
    #expect(try ring.key(old.id).state == .retiring)
    try await ring.retire(old.id)
    #expect(states(ring) == [.active, .retiring])
    try await store.close()
  }

  @Test("what a key signed that was withdrawn meanwhile is signed again by the next")
  func withdrawnWhileSigning() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    var signers: [String] = []
    let last = try await ring.signing(.es256, for: .set) { key in
      signers.append(key.id)
      if signers.count == 1 { try await ring.withdraw(key.id) }
      return key.id
    }
    #expect(signers.count == 2)
    #expect(try ring.active(.es256, for: .set).id == last)
    #expect(Set(signers).count == 2)
    try await store.close()
  }

  @Test("many who rotate at once share one successor")
  func concurrency() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let successors = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await ring.rotate(Self.use).id } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(successors.count == 1)
    #expect(states(ring) == [.active, .pending])
    try await store.close()
  }
}
