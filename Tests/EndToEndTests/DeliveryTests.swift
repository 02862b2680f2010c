import HTTP
import JOSE
import JSON
import SharedSignals
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct DeliveryTests {
  @Test("a receiver discovers, makes a stream, and gets an event of the emit verb as a SET that verifies")
  func wholeWay() async throws {
    let receiver = try LoopbackReceiver()
    let state = try TemporaryDirectory()
    let daemon = try await DaemonProcess(in: state)
    let token = try await daemon.receiverToken()

    let metadata = try await daemon.public.call(.get, "/.well-known/ssf-configuration").json
    let endpoint = { (name: String) in try #require(metadata[name]?.stringValue) }
    let stream = try await daemon.public.call(
      .post, endpoint("configuration_endpoint"), token: token,
      [
        "delivery": [
          "method": "urn:ietf:rfc:8935", "endpoint_url": .string(try receiver.url().description),
          "authorization_header": "Bearer push-secret",
        ]
      ])
    #expect(stream.status == 201)
    let streamID = try #require(stream.json["stream_id"]?.stringValue)
    try await receiver.waitForPushes(1)

    let emitted = try await Program.run(
      "emit", "session-revoked", "--email", "jane@example.com", "--reason-admin", "laptop stolen", "--txn",
      "ticket-4711",
      environment: DaemonProcess.environment(state))
    #expect(emitted.exitCode == 0, "\(emitted.errors)")
    #expect(emitted.output.contains("ticket-4711"))
    try await receiver.waitForPushes(2)

    let keys = try await JWKSet(json: daemon.public.call(.get, endpoint("jwks_uri")).json)
    for push in receiver.pushes {
      try verify(push, keys)
      #expect(push.authorization == "Bearer push-secret")
      #expect(push.token.issuer == metadata["issuer"]?.stringValue)
      #expect(push.token.audience.json == stream.json["aud"])
    }
    #expect(receiver.pushes[0].token.eventType == .verification)
    #expect(receiver.pushes[0].token.subject.json == ["format": "opaque", "id": .string(streamID)])
    let event = receiver.pushes[1].token
    #expect(event.eventType.shortName == "session-revoked")
    #expect(event.subject.json == ["format": "email", "email": "jane@example.com"])
    #expect(event.members["reason_admin"] == ["en": "laptop stolen"])
    #expect(event.transactionID == "ticket-4711")
    #expect(emitted.output.contains(event.id))
  }

  /// Checks signature and type by the published keys.
  private func verify(_ push: LoopbackReceiver.Push, _ keys: JWKSet) throws {
    let token = try CompactJWS(parsing: push.body)
    #expect(token.header.type == "secevent+jwt")
    let key = try #require(token.header.keyID.flatMap(keys.key))
    try token.verify(with: key, allowing: [.rs256])
  }
}
