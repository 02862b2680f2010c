import HTTP
import JSON
import Testing

@Suite(.serialized) struct NDJSONSubmissionTests {
  private static let event = EventEndpointsTests.event.text()

  private func submit(
    _ transmitter: TestTransmitter, _ text: String, key: String? = nil
  ) async throws -> Response {
    var fields: HTTPFields = ["Content-Type": "application/x-ndjson"]
    fields["Idempotency-Key"] = key
    return try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, text: text, fields: fields)
  }

  @Test("lines that are all good are 202, with a receipt for each", arguments: ["\n", "\r\n"])
  func good(lineEnd: String) async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let response = try await submit(transmitter, Self.event + lineEnd + Self.event + lineEnd)
    #expect(response.code == 202)
    #expect(response.fields["Content-Type"] == "application/x-ndjson")
    let lines = try response.lines
    #expect(lines.map { $0["line"] } == [1, 2])
    #expect(lines.map { $0["status"] } == [202, 202])
    #expect(
      lines.allSatisfy { $0["deliveries"]?.arrayValue?.count == 1 && $0["txn"] != nil && $0["id"] != nil })
    #expect(try await transmitter.total("pending", of: id) == 2)
  }

  @Test("good and bad lines are 207: each has its own result under its own number, empty lines have none")
  func mixed() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let text = [Self.event, "", ";{ broken", "  ", Self.event, #"{"type":"session-revoked"}"#, "[]"]
    let response = try await submit(transmitter, text.joined(separator: "\n"))
    #expect(response.code == 207)
    let lines = try response.lines
    #expect(lines.map { $0["line"] } == [1, 3, 5, 6, 7])
    #expect(lines.map { $0["status"] } == [202, 400, 202, 400, 400])
    #expect(lines[1]["detail"]?.stringValue?.hasPrefix("the line is not valid JSON: column 1: ") == true)
    #expect(lines[3]["errors"]?.arrayValue?.map { $0["pointer"] } == ["/subject"])
    #expect(try await transmitter.total("pending", of: id) == 2)
  }

  @Test("lines of which none is good are 400, each with its result")
  func allBad() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await submit(transmitter, "{}\nnull\n")
    #expect(response.code == 400)
    #expect(try response.lines.map { $0["status"] } == [400, 400])
  }

  @Test("a body without a line is 400 with a problem", arguments: ["", "\n\n", " \r\n"])
  func empty(text: String) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await submit(transmitter, text)
    #expect(response.code == 400)
    #expect(response.fields["Content-Type"] == "application/problem+json")
  }

  @Test("hundreds of lines keep their order over the transactions they are cut into")
  func many() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let events = (1...250).map { EventEndpointsTests.event.with(["txn": .string("t\($0)")]).text() }
    let response = try await submit(transmitter, events.joined(separator: "\n"))
    #expect(response.code == 202)
    #expect(try response.lines.map { $0["txn"] } == (1...250).map { .string("t\($0)") })
    #expect(try await transmitter.total("pending", of: id) == 250)
  }

  @Test("a repetition under the same key answers the same lines and adds nothing")
  func repetition() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let text = Array(repeating: Self.event, count: 120).joined(separator: "\n") + "\nbroken"
    let first = try await submit(transmitter, text, key: "import-1")
    let second = try await submit(transmitter, text, key: "import-1")
    #expect(first.code == 207)
    #expect(second.code == 207)
    #expect(first.body == second.body)
    #expect(try await transmitter.total("accepted", of: id) == 120)
  }

  @Test("the same key with other lines is 422")
  func reuse() async throws {
    let transmitter = try await TestTransmitter()
    #expect(try await submit(transmitter, Self.event, key: "k").code == 202)
    #expect(try await submit(transmitter, Self.event + "\n" + Self.event, key: "k").code == 422)
  }

  private func submitJSON(_ transmitter: TestTransmitter, _ text: String, key: String) async throws
    -> Response
  {
    try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, text: text, fields: ["Idempotency-Key": key])
  }

  @Test("the same key with another body is 422, whatever form either has")
  func reuseInOtherForm() async throws {
    let transmitter = try await TestTransmitter()
    let two = Self.event + "\n" + Self.event
    #expect(try await submit(transmitter, two, key: "lines-first").code == 202)
    #expect(try await submitJSON(transmitter, Self.event, key: "lines-first").code == 422)
    #expect(try await submitJSON(transmitter, Self.event, key: "object-first").code == 202)
    #expect(try await submit(transmitter, two, key: "object-first").code == 422)
  }

  @Test("the same body under the same key is accepted once, in either form")
  func repetitionInOtherForm() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let object = try await submitJSON(transmitter, Self.event, key: "k").json
    let lines = try await submit(transmitter, Self.event, key: "k").lines
    #expect(lines.count == 1)
    #expect(lines.first?["id"] == object["id"])
    #expect(try await transmitter.total("accepted", of: id) == 1)
  }

  @Test("a key is taken by lines that come after many refused ones, and by none that were all refused")
  func keyAfterRefusedLines() async throws {
    let transmitter = try await TestTransmitter()
    let refused = Array(repeating: "{}", count: 150).joined(separator: "\n")
    #expect(try await submit(transmitter, refused, key: "k").code == 400)
    let first = try await submit(transmitter, refused + "\n" + Self.event, key: "k")
    #expect(first.code == 207)
    #expect(try await submit(transmitter, refused + "\n" + Self.event, key: "k").body == first.body)
    #expect(try await submit(transmitter, Self.event, key: "k").code == 422)
  }
}
