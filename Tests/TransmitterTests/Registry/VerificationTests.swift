import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct VerificationTests {
  private let world: TestDomain.World
  private let domain: TestDomain

  init() async throws {
    world = try TestDomain.World()
    domain = try await TestDomain(world)
  }

  private func request(_ stream: Stream, state: String? = nil) async throws {
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: state)
  }

  /// Subject and members of the events that are stored, oldest first.
  private func storedEvents(of domain: TestDomain) async throws -> [(subject: String, members: String)] {
    try await domain.store.read { database in
      try database.query("SELECT subject, members, type FROM event ORDER BY id") { row in
        #expect(EventType(rawValue: try row.text(2)) == .verification)
        return (try row.text(0), try row.text(1))
      }
    }
  }

  @Test("SSF 8.1.4.2 a request queues one event about the stream that echoes the state verbatim")
  func echo() async throws {
    let stream = try await domain.makeStream(events: [])
    try await request(stream, state: #"VGhpcyBpcyBhbg "\ ü"#)
    let events = try await storedEvents(of: domain)
    #expect(events.map(\.subject) == [#"{"format":"opaque","id":"\#(stream.id)"}"#])
    let members = try JSONValue(parsing: Array(try #require(events.first).members.utf8))
    #expect(members == ["state": #"VGhpcyBpcyBhbg "\ ü"#])
    #expect(domain.totals(of: stream).pending == 1)
  }

  @Test("SSF 8.1.4.2 without a state the event has none")
  func noState() async throws {
    let stream = try await domain.makeStream()
    try await request(stream)
    #expect(try await storedEvents(of: domain).map(\.members) == ["{}"])
  }

  @Test("SSF 8.1.1 a second request within the interval is refused with the time that is left, then taken")
  func interval() async throws {
    let stream = try await domain.makeStream()
    try await request(stream)
    domain.clock.advance(by: .milliseconds(59_500))
    let error = await #expect(throws: RegistryError.self) { try await request(stream) }
    guard case .verificationTooSoon(let wait)? = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(wait == .milliseconds(500))
    #expect(wait.secondsRoundedUp == 1)
    #expect(domain.totals(of: stream).accepted == 1)
    domain.clock.advance(by: wait)
    try await request(stream)
    #expect(domain.totals(of: stream).accepted == 2)
  }

  @Test("F16 a clock that is set back delays no request")
  func clockSetBack() async throws {
    let stream = try await domain.makeStream()
    try await request(stream)
    domain.clock.step(by: .seconds(-3600))
    try await request(stream)
    #expect(domain.totals(of: stream).accepted == 2)
    await #expect(throws: RegistryError.self) { try await request(stream) }
  }

  @Test("the interval holds across a restart, and is each stream's own")
  func intervalOfEach() async throws {
    let (stream, other) = (try await domain.makeStream(), try await domain.makeStream())
    try await request(stream)
    let reopened = try await domain.reopened()
    await #expect(throws: RegistryError.self) {
      try await reopened.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: nil)
    }
    try await reopened.registry.requestVerification(of: other.id, of: TestDomain.owner, state: nil)
  }

  @Test("SSF 8.1.4 a new stream is verified by itself, which counts for no interval and echoes nothing")
  func automatic() async throws {
    var world = world
    world.policy.verifiesNewStreams = true
    try await domain.store.close()
    let domain = try await TestDomain(world)
    let stream = try await domain.makeStream(events: [])
    #expect(try await storedEvents(of: domain).map(\.members) == ["{}"])
    #expect(domain.totals(of: stream).pending == 1)
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: "asked")
    #expect(domain.totals(of: stream).pending == 2)
  }

  @Test("IMPL 10 on a paused stream the event is held")
  func paused() async throws {
    let stream = try await domain.makeStream()
    try await domain.setStatus(.paused, of: stream)
    try await request(stream)
    #expect(domain.totals(of: stream).pending == 1)
    try await domain.expectBalance(of: stream)
  }

  @Test("IMPL 11 on a disabled stream the event is dropped and counted")
  func disabled() async throws {
    let stream = try await domain.makeStream()
    try await domain.setStatus(.disabled, of: stream)
    try await request(stream)
    #expect(domain.totals(of: stream).dropped == 1)
    try await domain.expectBalance(of: stream, withoutRow: 1)
    await #expect(throws: RegistryError.self) { try await request(stream) }
  }

  @Test("SSF 8.1.2 a status is kept with its reason, and setting it again is harmless")
  func status() async throws {
    let stream = try await domain.makeStream()
    for _ in 1...2 {
      let paused = try await domain.registry.setStatus(
        .paused, reason: "maintenance", of: stream.id, of: TestDomain.owner)
      #expect(paused.status == .paused && paused.reason == "maintenance")
    }
    let enabled = try await domain.registry.setStatus(
      .enabled, reason: nil, of: stream.id, of: TestDomain.owner)
    #expect(enabled.status == .enabled && enabled.reason == nil)
    #expect(try domain.registry.stream(stream.id, of: TestDomain.owner) == enabled)
  }
}
