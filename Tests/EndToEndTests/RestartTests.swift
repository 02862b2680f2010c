import HTTP
import JSON
import SQLite
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RestartTests {
  /// Where a proxy would be: the issuer stays the same while ports change.
  private let settings = ["issuer": "https://tr.example.com", "streams.verify_on_create": "false"]

  private func emit(_ daemon: DaemonProcess, to address: String) async throws -> String {
    let answer = try await daemon.admin.call(
      .post, "/v1/events", token: daemon.adminToken,
      ["type": "session-revoked", "subject": ["format": "email", "email": .string(address)]])
    #expect(answer.status == 202)
    return try #require(answer.json["deliveries"]?.arrayValue?.first?["jti"]?.stringValue)
  }

  @Test("a restart keeps streams, tokens, keys and what was not delivered")
  func restart() async throws {
    let isUp = Shared(false)
    let receiver = try LoopbackReceiver { _ in
      isUp.value ? .accepted : Response(status: .serviceUnavailable)
    }
    let state = try TemporaryDirectory()
    let first = try await DaemonProcess(in: state, settings)
    let token = try await first.receiverToken()
    let created = try await first.public.call(
      .post, "/ssf/stream", token: token,
      ["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(try receiver.url().description)]])
    #expect(created.status == 201)
    let keys = try await first.public.call(.get, "/ssf/jwks").json
    var emitted: Set<String> = []
    for number in 1...3 { emitted.insert(try await emit(first, to: "user\(number)@example.com")) }
    try await receiver.waitForPushes(3)
    try await first.stop()

    let refused = receiver.pushes.count
    isUp.value = true
    let second = try await DaemonProcess(in: state, settings)
    #expect(second.adminToken == first.adminToken)
    #expect(try await second.public.call(.get, "/ssf/jwks").json == keys)
    #expect(try await second.public.call(.get, "/ssf/stream", token: token).json == [created.json])
    try await eventually("every SET is accepted") {
      Set(receiver.tokenIDs.dropFirst(refused)).isSuperset(of: emitted)
    }
    try await second.stop()
    #expect(receiver.tokenIDs.count == refused + 3)
  }

  @Test("the first start, and no other, tells where the administrator's token is, and not the token")
  func adminToken() async throws {
    let state = try TemporaryDirectory()
    let production = settings.merging(["development": "false"]) { $1 }
    let first = try await DaemonProcess(in: state, production)
    #expect(try first.log.contains("\(state.path)/admin-token"))
    #expect(try !first.log.contains(first.adminToken))
    try await first.stop()
    let second = try await DaemonProcess(in: state, production)
    #expect(try !second.log.contains("admin-token"))
    #expect(second.adminToken == first.adminToken)
    try await second.stop()
  }

  @Test("a second daemon on the same state directory is refused with 75, and the first goes on")
  func secondDaemon() async throws {
    let state = try TemporaryDirectory()
    let daemon = try await DaemonProcess(in: state)
    let second = try await Program.run("serve", environment: DaemonProcess.environment(state))
    #expect(second.exitCode == 75)
    #expect(second.errors.contains("\(state.path)/lock is held by process"))
    #expect(try await daemon.public.call(.get, "/healthz").status == 200)
  }

  @Test("a database that cannot be read any more ends the daemon with 74 and the reason")
  func brokenDatabase() async throws {
    let state = try TemporaryDirectory()
    try await DaemonProcess(in: state).stop()
    let database = try Database(
      path: state.file("transmitter.sqlite"),
      configuration: Database.Configuration(applicationID: 0x5353_4654, supportedSchema: .max))
    try database.executeScript("ALTER TABLE delivery RENAME TO lost")
    database.close()
    let outcome = try await Program.run("serve", environment: DaemonProcess.environment(state))
    #expect(outcome.exitCode == 74)
    #expect(outcome.errors.contains("no such table: delivery"))
  }
}
