import HTTP
import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Streams that an administrator makes.
@Suite(.timeLimit(.minutes(1))) struct ProvisionedStreamTests {
  private let domain: TestDomain

  init() async throws {
    var world = try TestDomain.World()
    world.policy.maximumStreams = 1
    world.policy.maximumStreamsPerClient = 1
    domain = try await TestDomain(world)
    try await domain.ensureClient()
  }

  private func provision(
    clientID: String? = nil, audience: String? = "https://receiver.example.com", profile: SETProfile = .ssf10
  ) async throws -> Stream {
    try await domain.registry.provision(
      ReceiverSettings(delivery: .poll(DeliveryMethodURI(.poll))), clientID: clientID, audience: audience,
      form: TokenForm(profile: profile))
  }

  @Test("they count against no limit, neither their client's nor the transmitter's")
  func limits() async throws {
    for _ in 1...3 { _ = try await provision(clientID: "receiver") }
    _ = try await domain.makePolledStream()
    _ = try await provision(clientID: "receiver")
    let error = await #expect(throws: RegistryError.self) { _ = try await domain.makePolledStream() }
    #expect(error.map { "\($0)".contains("limits.streams_per_client") } == true)
    let reopened = try await domain.reopened()
    await #expect(throws: RegistryError.self) { _ = try await reopened.makePolledStream() }
  }

  @Test("one under a client is that client's, one under none is nobody's")
  func owners() async throws {
    let (owned, orphan) = (try await provision(clientID: "receiver"), try await provision())
    #expect(domain.registry.streams(of: TestDomain.owner).map(\.id) == [owned.id])
    #expect(throws: RegistryError.self) { try domain.registry.stream(orphan.id, of: TestDomain.owner) }
  }

  @Test("the audience is the one that is given, else the endpoint's origin, else the client")
  func audience() async throws {
    #expect(try await provision().audience == "https://receiver.example.com")
    #expect(try await provision(clientID: "receiver", audience: nil).audience == "receiver")
    let pushed = try await domain.registry.provision(
      ReceiverSettings(delivery: .push(HTTPURL(parsing: "http://127.0.0.1:9/events"))), clientID: "receiver",
      audience: nil, form: TokenForm())
    #expect(pushed.audience == "http://127.0.0.1:9")
    let error = await #expect(throws: RegistryError.self) { _ = try await provision(audience: nil) }
    #expect(error.map { "\($0)".contains("/aud") } == true)
  }

  @Test("a change of profile counts from the next event on, also after a restart")
  func profile() async throws {
    let stream = try await domain.makePolledStream()
    let first = try await domain.emit("a@example.com").tokenIDs(for: stream)
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.form.profile = .sseCAEP }
    let second = try await domain.emit("b@example.com").tokenIDs(for: stream)
    let reopened = try await domain.reopened()
    let third = try await reopened.emit("c@example.com").tokenIDs(for: stream)
    let waiting = try await reopened.waiting(in: stream)
    #expect(waiting.map(\.tokenID) == first + second + third)
    #expect(waiting.map(\.profile) == [.ssf10, .sseCAEP, .sseCAEP])
  }

  @Test("a preview is the SET that the event would become, and nothing is queued for it")
  func preview() async throws {
    let stream = try await provision(profile: .both)
    let submission = try EventSubmission.sessionRevoked("jane@example.com")
    let preview = domain.registry.preview(of: submission, in: stream, issuer: TestDomain.issuer)
    #expect(domain.totals(of: stream).accepted == 0)
    _ = try await domain.intake.accept([submission])
    let sent = try #require(try await domain.waiting(in: stream).first)
    #expect(
      try Self.withoutIdentity(preview.claims(as: stream.form.profile))
        == Self.withoutIdentity(sent.token.read().claims(as: sent.profile)))
    #expect(preview.id != sent.tokenID)
  }

  /// The claims that do not differ from event to event.
  private static func withoutIdentity(_ claims: JSONValue) -> JSONValue {
    var object = claims.objectValue ?? [:]
    object["jti"] = nil
    object["txn"] = nil
    return .object(object)
  }
}
