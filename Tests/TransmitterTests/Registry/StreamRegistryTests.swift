import HTTP
import HTTPClient
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct StreamRegistryTests {
  private var world: TestDomain.World

  init() throws {
    world = try TestDomain.World()
  }

  private func domain(_ change: (inout StreamPolicy) -> Void = { _ in }) async throws -> TestDomain {
    var world = world
    change(&world.policy)
    return try await TestDomain(world)
  }

  private func refusal(of operation: () async throws -> Void) async throws -> String {
    let error = await #expect(throws: RegistryError.self) { try await operation() }
    return try #require(error).description
  }

  @Test("SSF 8.1.1 a new stream is enabled, has an unreserved id and the client's audience")
  func creation() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream(events: [.sessionRevoked])
    let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    #expect(stream.id.utf8.count == 26 && stream.id.utf8.allSatisfy(unreserved.contains))
    #expect(stream.audience == "https://receiver.example.com")
    #expect(stream.status == .enabled)
    #expect(stream.created == domain.clock.now && stream.updated == stream.created)
    #expect(try domain.registry.stream(stream.id, of: TestDomain.owner) == stream)
    #expect(domain.totals(of: stream) == StreamTotals())
  }

  @Test("SSF 8.1.1 a client without an audience gets the origin of its endpoint")
  func derivedAudience() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream(
      HTTPURL(parsing: "http://127.0.0.1:8443/events?x=1"),
      for: Principal(clientID: "plain", audience: nil, scopes: []))
    #expect(stream.audience == "http://127.0.0.1:8443")
  }

  @Test("SSF 8.1.1 unknown requested types are kept, and only what is supported too is delivered")
  func eventsDelivered() async throws {
    let domain = try await domain()
    let custom = EventType(rawValue: "https://example.com/custom")
    let some = try await domain.makeStream(events: [custom, .accountDisabled, .sessionRevoked])
    #expect(some.settings.eventsRequested?.first == custom.rawValue)
    let supported = domain.registry.policy.supportedEvents
    #expect(some.settings.eventsDelivered(of: supported) == [.sessionRevoked, .accountDisabled])
    let none = try await domain.makeStream(events: [])
    #expect(none.settings.eventsDelivered(of: supported).isEmpty)
    let all = try await domain.makeStream()
    #expect(all.settings.eventsDelivered(of: supported) == supported)
  }

  @Test("SSF 8.1.1.1 each stream of a client has an id of its own, and they are listed oldest first")
  func severalStreams() async throws {
    let domain = try await domain()
    var ids: [String] = []
    for _ in 0..<5 { ids.append(try await domain.makeStream().id) }
    #expect(Set(ids).count == 5)
    #expect(domain.registry.streams(of: TestDomain.owner).map(\.id) == ids)
    #expect(domain.registry.streams(of: .client("other")).isEmpty)
    #expect(domain.registry.streams(of: .administrator).map(\.id) == ids)
  }

  @Test("a client's limit is told with its key, however many ask at once")
  func limitPerClient() async throws {
    let domain = try await domain { $0.maximumStreamsPerClient = 3 }
    let refusals = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<12 {
        group.addTask { await Result { try await domain.makeStream() }.failureText }
      }
      return await group.reduce(into: [String]()) { if let text = $1 { $0.append(text) } }
    }
    #expect(refusals.count == 9)
    #expect(
      refusals.allSatisfy { $0.contains("limit of 3 streams") && $0.contains("limits.streams_per_client") })
    #expect(domain.registry.streams(of: TestDomain.owner).count == 3)
    _ = try await domain.makeStream(for: Principal(clientID: "other", audience: "a", scopes: []))
  }

  @Test("the limit over all clients is told with its key, and a deleted stream makes room")
  func limitInAll() async throws {
    let domain = try await domain { $0.maximumStreams = 1 }
    let stream = try await domain.makeStream()
    let other = Principal(clientID: "other", audience: "a", scopes: [])
    let text = try await refusal { _ = try await domain.makeStream(for: other) }
    #expect(text == "the limit of 1 stream is reached; delete one, or raise limits.streams")
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    _ = try await domain.makeStream(for: other)
  }

  @Test("SSF 8.1.1.3 an update changes what it says, keeps the audience, and shows the time")
  func update() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream(authorization: "Bearer one")
    domain.clock.advance(by: .seconds(10))
    let updated = try await domain.registry.update(stream.id, of: TestDomain.owner) { stream in
      stream.settings.description = "changed"
      stream.settings.delivery.editTarget { $0.authorizationHeader = nil }
    }
    #expect(updated.settings.description == "changed")
    #expect(updated.settings.delivery.pushTarget?.authorizationHeader == nil)
    #expect(updated.settings.delivery.pushTarget?.endpoint == stream.settings.delivery.pushTarget?.endpoint)
    #expect(updated.audience == stream.audience)
    #expect(updated.updated == stream.created + .seconds(10) && updated.created == stream.created)
    #expect(try domain.registry.stream(stream.id, of: TestDomain.owner) == updated)
  }

  @Test("an update that is refused, by its own closure or by the rules, changes nothing")
  func refusedUpdate() async throws {
    struct Refusal: Error {}
    let domain = try await domain()
    let stream = try await domain.makeStream()
    await #expect(throws: Refusal.self) {
      try await domain.registry.update(stream.id, of: TestDomain.owner) { stream in
        stream.settings.description = "changed"
        throw Refusal()
      }
    }
    _ = try await refusal {
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) { stream in
        stream.settings.description = "changed"
        stream.settings.delivery.editTarget { $0.authorizationHeader = "a\r\nb" }
      }
    }
    #expect(try domain.registry.stream(stream.id, of: TestDomain.owner) == stream)
    #expect(try await domain.reopened().registry.stream(stream.id, of: TestDomain.owner) == stream)
  }

  @Test("what has nothing to do with the settings can be changed where the rules have become stricter")
  func stricterRules() async throws {
    var world = try TestDomain.World()
    let stream = try await TestDomain(world).makeStream()
    world.policy.destinations = DestinationPolicy(allowed: [], allowsPlainHTTP: false)
    let domain = try await TestDomain(world)
    let changed = try await domain.registry.update(stream.id, of: .administrator) { $0.status = .paused }
    #expect(changed.status == .paused)
    _ = try await refusal {
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) { $0.settings.description = "x" }
    }
  }

  @Test("an update that fails leaves settings, form and status as they were, and tells nobody")
  func wholeOrNothing() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream()
    _ = try await refusal {
      _ = try await domain.registry.update(stream.id, of: .administrator) { stream in
        stream.status = .disabled
        stream.form.profile = .both
        stream.settings.delivery.editTarget { $0.authorizationHeader = "a\r\nb" }
      }
    }
    #expect(try domain.registry.stream(stream.id, of: .administrator) == stream)
    #expect(domain.totals(of: stream).accepted == 0)
  }

  @Test("concurrent updates of one stream are all kept")
  func concurrentUpdates() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream(events: [])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          _ = try await domain.registry.update(stream.id, of: TestDomain.owner) { stream in
            stream.settings.eventsRequested?.append("https://example.com/\(number)")
          }
        }
      }
      try await group.waitForAll()
    }
    let requested = try domain.registry.stream(stream.id, of: TestDomain.owner).settings.eventsRequested
    #expect(Set(requested ?? []).count == 20)
  }

  @Test("SSF 8.1.1.5 a deleted stream is gone, for good")
  func deletion() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream()
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    #expect(domain.registry.streams(of: .administrator).isEmpty)
    _ = try await refusal { try await domain.registry.delete(stream.id, of: TestDomain.owner) }
    #expect(try await domain.reopened().registry.streams(of: .administrator).isEmpty)
  }

  @Test("SSF 8 a foreign stream is answered as a missing one, by every operation")
  func foreignStream() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream()
    let registry = domain.registry
    let stranger = StreamOwner.client("stranger")
    let operations: [@Sendable (String) async throws -> Void] = [
      { _ = try registry.stream($0, of: stranger) },
      { _ = try await registry.update($0, of: stranger) { _ in } },
      { _ = try await registry.setStatus(.paused, reason: nil, of: $0, of: stranger) },
      { try await registry.requestVerification(of: $0, of: stranger, state: nil) },
      { try await registry.delete($0, of: stranger) },
    ]
    for operation in operations {
      for id in [stream.id, "missing"] {
        #expect(try await refusal { try await operation(id) } == "there is no stream '\(id)'")
      }
    }
    #expect(try registry.stream(stream.id, of: .administrator) == stream)
  }

  @Test("streams are the same after a restart, whatever was set")
  func persistence() async throws {
    let domain = try await domain()
    let bare = try await domain.makeStream(for: Principal(clientID: "bare", audience: nil, scopes: []))
    let stream = try await domain.makeStream(
      authorization: "Bearer s3cret", events: [EventType(rawValue: "https://example.com/x"), .sessionRevoked])
    _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
      $0.settings.description = "Zürich \"1\""
    }
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: nil)
    _ = try await domain.registry.setStatus(.disabled, reason: "moving", of: stream.id, of: TestDomain.owner)
    var before = domain.registry.streams(of: .administrator)
    #expect(before.map(\.id) == [bare.id, stream.id])
    #expect(before[1].droppedThrough > 0)
    // Counted from the start.
    before[1].statusChanges = 0
    #expect(try await domain.reopened().registry.streams(of: .administrator) == before)
  }

  @Test("P14 an authorization header is nowhere in the files")
  func sealedHeader() async throws {
    let domain = try await domain()
    let stream = try await domain.makeStream(authorization: "Bearer s3cret-of-receiver")
    #expect(try !world.directory.files(holding: stream.id).isEmpty)
    #expect(try world.directory.files(holding: "s3cret-of-receiver").isEmpty)
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    let sealed = try await domain.store.read { database in
      try database.query("SELECT 1 FROM stream WHERE authorization_header IS NOT NULL") { try $0.int(0) }
    }
    #expect(sealed.isEmpty)
  }
}
