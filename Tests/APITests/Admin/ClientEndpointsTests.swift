import HTTP
import JSON
import Testing
import Transmitter

@Suite(.serialized) struct ClientEndpointsTests {
  private func send(
    _ transmitter: TestTransmitter, _ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil
  ) async throws -> Response {
    try await transmitter.admin.send(method, target, token: transmitter.adminToken, body)
  }

  @Test("a client is 201 with what was asked for")
  func create() async throws {
    let transmitter = try await TestTransmitter()
    let body: JSONValue = [
      "id": "apple", "description": "Apple Business Manager", "audience": "https://apple.example/x",
      "scopes": ["ssf.read", "ssf.manage"],
    ]
    let response = try await send(
      transmitter, .post, "/v1/clients", body.with(["client_secret": false]))
    #expect(response.code == 201)
    #expect(try response.json == body.with(["created": "2027-01-15T08:00:00.000Z"]))
    let shown = try await send(transmitter, .get, "/v1/clients/apple")
    #expect(shown.code == 200)
    #expect(shown.body == response.body)
  }

  @Test("a client of which nothing is said gets an id, and may read and manage")
  func defaults() async throws {
    let transmitter = try await TestTransmitter()
    let client = try await send(transmitter, .post, "/v1/clients", [:]).json
    #expect(client.memberNames == ["client_secret", "created", "id", "scopes"])
    #expect(client["scopes"] == ["ssf.read", "ssf.manage"])
    #expect(client["id"]?.stringValue?.count == 26)
  }

  @Test("scopes may be written as OAuth writes them")
  func scopesAsText() async throws {
    let transmitter = try await TestTransmitter()
    let client = try await send(transmitter, .post, "/v1/clients", ["scopes": "ssf.emit  ssf.read"]).json
    #expect(client["scopes"] == ["ssf.read", "ssf.emit"])
  }

  @Test("SailPoint's name for ssf.manage is understood, and answered as ours")
  func scopeAlias() async throws {
    let transmitter = try await TestTransmitter()
    let body: JSONValue = ["id": "sailpoint", "scopes": ["sp:ssf-transmitter-streams:manage"]]
    let client = try await send(transmitter, .post, "/v1/clients", body).json
    #expect(client["scopes"] == ["ssf.manage"])
  }

  @Test("the list has every client, by id")
  func list() async throws {
    let transmitter = try await TestTransmitter()
    for id in ["zoe", "bob"] { _ = try await send(transmitter, .post, "/v1/clients", ["id": .string(id)]) }
    let response = try await send(transmitter, .get, "/v1/clients")
    #expect(try response.json["clients"]?.arrayValue?.map { $0["id"] } == ["admin", "bob", "zoe"])
  }

  @Test("an id that is taken is 409")
  func taken() async throws {
    let transmitter = try await TestTransmitter()
    #expect(try await send(transmitter, .post, "/v1/clients", ["id": "admin"]).code == 409)
  }

  @Test(
    "a body that breaks a rule is 400 and names the member",
    arguments: [
      (";{", nil), ("[]", ""), (#"{"id":5}"#, "/id"), (#"{"id":""}"#, "/id"), (#"{"id":"a/b"}"#, "/id"),
      (#"{"id":"-rf"}"#, "/id"), (#"{"id":".."}"#, "/id"), (#"{"id":"é"}"#, "/id"),
      (#"{"id":"\#(String(repeating: "x", count: 129))"}"#, "/id"),
      (#"{"scopes":["ssf.root"]}"#, "/scopes"), (#"{"scopes":[]}"#, "/scopes"),
      (#"{"scopes":""}"#, "/scopes"),
      (#"{"scopes":5}"#, "/scopes"), (#"{"scopes":["ssf.read",5]}"#, "/scopes/1"),
      (#"{"audience":["a"]}"#, "/audience"), (#"{"audience":""}"#, "/audience"),
      (#"{"audience":"a b"}"#, "/audience"), (#"{"audience":"a\u0000"}"#, "/audience"),
      (#"{"audience":"\#(String(repeating: "x", count: 1025))"}"#, "/audience"),
      (#"{"description":"e\#(String(repeating: "\u{301}", count: 255))"}"#, "/description"),
      (#"{"descripton":"x"}"#, "/descripton"),
    ] as [(String, String?)])
  func badBody(text: String, pointer: String?) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.admin.send(
      .post, "/v1/clients", token: transmitter.adminToken, text: text)
    #expect(response.code == 400)
    #expect(try response.faultPointers == (pointer.map { [$0] } ?? []))
    #expect(transmitter.access.clients.count == 1)
  }

  @Test("a deleted client takes its streams and tokens with it")
  func delete() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let response = try await send(transmitter, .delete, "/v1/clients/receiver")
    #expect(response.code == 204)
    #expect(response.body.isEmpty)
    #expect(try await send(transmitter, .get, "/v1/clients/receiver").code == 404)
    #expect(try await send(transmitter, .get, "/v1/streams/\(id)").code == 404)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 401)
  }

  @Test("streams that are being made while their client is deleted leave no trace")
  func deleteMeanwhile() async throws {
    let transmitter = try await TestTransmitter {
      ($0.streams, $0.streamsPerClient) = (1000, 1000)
    }
    let token = try await transmitter.token()
    let deletion = Task { try await send(transmitter, .delete, "/v1/clients/receiver").code }
    let codes = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<100 {
        group.addTask {
          try await transmitter.public.send(.post, "/ssf/stream", token: token, .streamRequest()).code
        }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(codes.isSubset(of: [201, 401, 404]))
    #expect(try await deletion.value == 204)
    #expect(try await send(transmitter, .get, "/v1/streams").json["streams"] == [])
  }

  @Test("the last client that can administer is not deleted: 409")
  func deleteLastAdministrator() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await send(transmitter, .delete, "/v1/clients/admin")
    #expect(response.code == 409)
    #expect(response.text.contains("administer"))
    _ = try await transmitter.token("deputy", [.admin])
    #expect(try await send(transmitter, .delete, "/v1/clients/admin").code == 204)
  }

  @Test("a client that does not exist is 404", arguments: [HTTPMethod.get, .delete])
  func missing(method: HTTPMethod) async throws {
    let transmitter = try await TestTransmitter()
    #expect(try await send(transmitter, method, "/v1/clients/nobody").code == 404)
  }
}
