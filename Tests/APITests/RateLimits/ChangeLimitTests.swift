import API
import HTTP
import JSON
import TestSupport
import Testing
import Transmitter

/// What a client may leave in the audit log.
@Suite(.serialized) struct ChangeLimitTests {
  private let transmitter: TestTransmitter
  private let token: String
  private let stream: String

  /// Four changes at once, the making of the stream among them, then one in nine seconds.
  init() async throws {
    transmitter = try await TestTransmitter { options in
      options.rateLimits = RateLimits.Policy(
        management: nil, changes: TokenBucket.Rate(1, per: .seconds(9), burst: 4))
    }
    token = try await transmitter.token()
    stream = try await transmitter.createStreamID(token: token)
  }

  private func subject(_ operation: String, _ address: String = "jane@example.com") async throws -> Response {
    try await transmitter.public.send(
      .post, "/ssf/subjects/\(operation)", token: token,
      ["stream_id": .string(stream), "subject": ["format": "email", "email": .string(address)]])
  }

  private func audited() async throws -> Int {
    try await AuditLog(store: transmitter.store).entries(AuditFilter(actor: "client/receiver"), atMost: 100)
      .entries.count
  }

  @Test("P13 a client that changes too much is 429 and leaves nothing, until there is room again")
  func refusal() async throws {
    for operation in ["remove", "add", "remove"] { #expect(try await subject(operation).status.isSuccess) }
    for _ in 1...3 {
      let refusal = try await subject("add")
      #expect(refusal.code == 429)
      #expect(refusal.fields["Retry-After"] == "9")
      #expect(refusal.text.contains("limits.changes_per_day"))
    }
    let update: JSONValue = ["stream_id": .string(stream), "description": "other"]
    #expect(try await transmitter.public.send(.patch, "/ssf/stream", token: token, update).code == 429)
    #expect(try await audited() == 4)
    transmitter.clock.advance(by: .seconds(9))
    #expect(try await subject("add").status.isSuccess)
    #expect(try await subject("remove").code == 429)
    #expect(try await audited() == 5)
  }

  @Test("calls that change nothing cost nothing, however often")
  func repetition() async throws {
    for _ in 1...100 { #expect(try await subject("remove").status.isSuccess) }
    #expect(try await audited() == 2)
  }

  @Test("other clients do not notice, and administrators have no such bound")
  func others() async throws {
    for number in 1...4 { _ = try await subject("remove", "\(number)@example.com") }
    #expect(try await subject("remove").code == 429)
    let neighbour = try await transmitter.token("neighbour")
    _ = try await transmitter.createStreamID(token: neighbour)
    for number in 1...10 {
      let change = try await transmitter.admin.send(
        .patch, "/v1/streams/\(stream)", token: transmitter.adminToken,
        ["description": .string("\(number)")])
      #expect(change.code == 200)
    }
  }
}
