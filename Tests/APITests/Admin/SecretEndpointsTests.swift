import HTTP
import JSON
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct SecretEndpointsTests {
  private let transmitter: TestTransmitter

  init() async throws {
    transmitter = try await TestTransmitter()
    try await transmitter.access.createClient(
      id: "receiver", description: nil, audience: nil, scopes: [.read, .manage])
  }

  private func send(_ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil) async throws -> Response
  {
    try await transmitter.admin.send(method, target, token: transmitter.adminToken, body)
  }

  private var collection: String { "/v1/clients/receiver/secrets" }

  @Test("a new client has a secret, which is in that answer and in no other")
  func secretOfNewClient() async throws {
    let response = try await send(.post, "/v1/clients", ["id": "app"])
    #expect(response.code == 201)
    #expect(response.fields["Cache-Control"] == "no-store")
    let secret = try #require(try response.json["client_secret"]?.stringValue)
    #expect(secret.hasPrefix("ssfs_"))
    for target in ["/v1/clients", "/v1/clients/app", "/v1/clients/app/secrets"] {
      let shown = try await send(.get, target)
      #expect(shown.code == 200)
      #expect(!shown.text.contains(secret) && !shown.text.contains("client_secret"))
    }
    #expect(transmitter.access.secrets(of: "app").count == 1)
  }

  @Test("a client that asks for no secret gets none")
  func noSecret() async throws {
    let client = try await send(.post, "/v1/clients", ["id": "app", "client_secret": false]).json
    #expect(client.memberNames == ["created", "id", "scopes"])
    #expect(transmitter.access.secrets(of: "app").isEmpty)
  }

  @Test("a client has two secrets at once, the old and the new; a third is 409 until one is deleted")
  func rotation() async throws {
    let first = try await send(.post, collection).json
    #expect(first.memberNames == ["client_id", "client_secret", "created", "id"])
    transmitter.clock.advance(by: .seconds(1))
    let second = try await send(.post, collection, [:]).json
    #expect(first["client_secret"] != second["client_secret"])
    #expect(try await send(.post, collection).code == 409)

    let listed = try await send(.get, collection).json["secrets"]?.arrayValue
    #expect(listed?.map { $0["id"] } == [first["id"], second["id"]])
    #expect(listed?.first?.memberNames == ["client_id", "created", "id"])

    let target = "\(collection)/\(try #require(first["id"]?.stringValue))"
    #expect(try await send(.delete, target).code == 204)
    #expect(try await send(.delete, target).code == 404)
    #expect(try await send(.post, collection).code == 201)
  }

  @Test("a secret of nobody, or another client's, is 404")
  func missing() async throws {
    let secret = try await send(.post, collection).json
    let id = try #require(secret["id"]?.stringValue)
    #expect(try await send(.post, "/v1/clients/nobody/secrets").code == 404)
    #expect(try await send(.get, "/v1/clients/nobody/secrets").code == 404)
    #expect(try await send(.delete, "/v1/clients/admin/secrets/\(id)").code == 404)
    #expect(transmitter.access.secrets(of: "receiver").count == 1)
  }

  @Test("a deleted client's secrets are gone, also for a new one of its name")
  func deletedClient() async throws {
    #expect(try await send(.post, collection).code == 201)
    #expect(try await send(.delete, "/v1/clients/receiver").code == 204)
    #expect(try await send(.post, "/v1/clients", ["id": "receiver", "client_secret": false]).code == 201)
    #expect(try await send(.get, collection).json == ["secrets": []])
  }

  @Test("a body says nothing: members are 400", arguments: [#"{"expires_in":5}"#, "[]", "{"])
  func badBody(text: String) async throws {
    let response = try await transmitter.admin.send(
      .post, collection, token: transmitter.adminToken, text: text)
    #expect(response.code == 400)
    #expect(transmitter.access.secrets(of: "receiver").isEmpty)
  }

  @Test("secrets are an administrator's business")
  func scope() async throws {
    let token = try await transmitter.token("producer", [.emit])
    for method in [HTTPMethod.get, .post] {
      #expect(try await transmitter.admin.send(method, collection, token: token).code == 403)
    }
  }
}
