import HTTP
import IdentitySources
import JSON
import Testing

@Suite(.serialized) struct ImportEndpointsTests {
  private func newImport(_ transmitter: TestTransmitter) async throws -> String {
    try await transmitter.identitySources.sources.require(["hr"])
    let made = try await transmitter.admin.send(
      .post, "/v1/imports", token: transmitter.adminToken, ["source": "hr"])
    return "/v1/imports/\(try #require(try made.json["id"]?.stringValue))"
  }

  private static let good = #"{"external_id":"1","profile":{}}"#

  @Test(
    "a bad line refuses all of them, and is told with its number and what is wrong in it",
    arguments: [
      (#"{"external_id":"2"}"#, "line 3: /profile: is missing", "/profile"),
      ("{\"external_id\" 2}", "line 3: the line is not valid JSON: column 16: ", nil),
    ])
  func badLine(line: String, detail: String, pointer: String?) async throws {
    let transmitter = try await TestTransmitter()
    let path = try await newImport(transmitter)
    let answer = try await transmitter.admin.send(
      .post, path + "/records", token: transmitter.adminToken, text: "\(Self.good)\n \r\n\(line)\n",
      fields: ["Content-Type": "application/x-ndjson"])
    #expect(answer.code == 400)
    #expect(try answer.json["detail"]?.stringValue?.hasPrefix(detail) == true)
    #expect(try answer.json["errors"]?.arrayValue?.first?["pointer"]?.stringValue == pointer)
    let shown = try await transmitter.admin.send(.get, path, token: transmitter.adminToken).json
    #expect(shown["records"] == 0)
  }

  @Test("a misspelt filter lists nothing", arguments: ["?sorce=hr", "?source=hr&all"])
  func misspeltFilter(query: String) async throws {
    let transmitter = try await TestTransmitter()
    let answer = try await transmitter.admin.send(
      .get, "/v1/imports" + query, token: transmitter.adminToken)
    #expect(answer.code == 400)
  }

  @Test(
    "a misspelt wish for a dry run starts nothing",
    arguments: ["dryrun=true", "dry_run=yes", "dry_run=false&dry_run=true"])
  func misspeltWish(query: String) async throws {
    let transmitter = try await TestTransmitter()
    let path = try await newImport(transmitter)
    _ = try await transmitter.admin.send(
      .post, path + "/records", token: transmitter.adminToken, text: "[\(Self.good)]")
    let answer = try await transmitter.admin.send(
      .post, path + "/start?" + query, token: transmitter.adminToken)
    #expect(answer.code == 400)
    #expect(
      try await transmitter.admin.send(.get, path, token: transmitter.adminToken).json["status"] == "CREATED")
  }
}
