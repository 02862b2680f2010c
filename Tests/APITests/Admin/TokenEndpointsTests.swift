import HTTP
import JSON
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct TokenEndpointsTests {
  private func withClient() async throws -> TestTransmitter {
    let transmitter = try await TestTransmitter()
    _ = try await transmitter.access.createClient(
      id: "receiver", description: nil, audience: nil, scopes: [.read, .manage])
    return transmitter
  }

  private func send(
    _ transmitter: TestTransmitter, _ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil
  ) async throws -> Response {
    try await transmitter.admin.send(method, target, token: transmitter.adminToken, body)
  }

  @Test("a token may be asked for without a body: it has its client's scopes and does not expire")
  func withoutBody() async throws {
    let transmitter = try await withClient()
    let response = try await send(transmitter, .post, "/v1/clients/receiver/tokens")
    #expect(response.code == 201)
    #expect(response.fields["Cache-Control"] == "no-store")
    let issued = try response.json
    #expect(issued.memberNames == ["client_id", "created", "id", "scopes", "token"])
    #expect(issued["scopes"] == ["ssf.read", "ssf.manage"])
    let token = try #require(issued["token"]?.stringValue)
    #expect(token.hasPrefix("ssft_"))
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 200)
  }

  @Test("a token may have fewer scopes than its client, and an end")
  func scopesAndEnd() async throws {
    let transmitter = try await withClient()
    let issued = try await send(
      transmitter, .post, "/v1/clients/receiver/tokens", ["scopes": ["ssf.read"], "expires_in": 3600]
    ).json
    #expect(issued["scopes"] == ["ssf.read"])
    #expect(issued["expires"] == "2027-01-15T09:00:00.000Z")
    let token = try #require(issued["token"]?.stringValue)
    #expect(
      try await transmitter.public.send(.post, "/ssf/stream", token: token, .streamRequest()).code == 403)
    transmitter.clock.advance(by: .seconds(3600))
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 401)
  }

  @Test("a token is shown once: the list does not have it")
  func shownOnce() async throws {
    let transmitter = try await withClient()
    let issued = try await send(transmitter, .post, "/v1/clients/receiver/tokens").json
    let response = try await send(transmitter, .get, "/v1/clients/receiver/tokens")
    let listed = try #require(try response.json["tokens"]?.arrayValue?.first)
    #expect(listed.memberNames == ["client_id", "created", "id", "scopes"])
    #expect(listed["id"] == issued["id"])
    let token = try #require(issued["token"]?.stringValue)
    #expect(!response.text.contains(token))
  }

  @Test("the list shows when a token was last used")
  func lastUsed() async throws {
    let transmitter = try await withClient()
    let token = try #require(
      try await send(transmitter, .post, "/v1/clients/receiver/tokens").json["token"]?.stringValue)
    transmitter.clock.advance(by: .seconds(90))
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 200)
    transmitter.clock.advance(by: .seconds(5))
    let list = try await send(transmitter, .get, "/v1/clients/receiver/tokens").json
    #expect(list["tokens"]?.arrayValue?.first?["last_used"] == "2027-01-15T08:01:30.000Z")
  }

  @Test("a revoked token ends at once and is listed with its end; revoking it again changes nothing")
  func revoke() async throws {
    let transmitter = try await withClient()
    let issued = try await send(transmitter, .post, "/v1/clients/receiver/tokens").json
    let token = try #require(issued["token"]?.stringValue)
    let target = "/v1/clients/receiver/tokens/\(try #require(issued["id"]?.stringValue))"
    for _ in 1...2 {
      #expect(try await send(transmitter, .delete, target).code == 204)
      transmitter.clock.advance(by: .seconds(1))
    }
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 401)
    let list = try await send(transmitter, .get, "/v1/clients/receiver/tokens").json
    #expect(list["tokens"]?.arrayValue?.first?["revoked"] == "2027-01-15T08:00:00.000Z")
  }

  @Test("the last token that can administer is not revoked: 409")
  func revokeLastAdministrator() async throws {
    let transmitter = try await withClient()
    let target = "/v1/clients/admin/tokens/\(try #require(transmitter.access.tokens(of: "admin").first?.id))"
    _ = try await transmitter.token("admin", [.admin], lifetime: .seconds(60))
    transmitter.clock.advance(by: .seconds(60))
    #expect(try await send(transmitter, .delete, target).code == 409)
    #expect(try await send(transmitter, .get, "/v1/clients").code == 200)
    _ = try await transmitter.token("admin", [.admin])
    #expect(try await send(transmitter, .delete, target).code == 204)
  }

  @Test("a client or token that does not exist, or is another client's, is 404")
  func missing() async throws {
    let transmitter = try await withClient()
    let adminTokenID = try #require(transmitter.access.tokens(of: "admin").first?.id)
    #expect(try await send(transmitter, .post, "/v1/clients/nobody/tokens").code == 404)
    #expect(try await send(transmitter, .get, "/v1/clients/nobody/tokens").code == 404)
    for id in ["none", adminTokenID] {
      #expect(try await send(transmitter, .delete, "/v1/clients/receiver/tokens/\(id)").code == 404)
    }
    #expect(try await send(transmitter, .get, "/v1/clients").code == 200)
  }

  @Test("two tokens of a client may be good; a third is 409, which tells of those and their last use")
  func mostLiveTokens() async throws {
    let transmitter = try await withClient()
    let collection = "/v1/clients/receiver/tokens"
    let old = try await send(transmitter, .post, collection).json
    let token = try #require(old["token"]?.stringValue)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 200)
    let new = try await send(transmitter, .post, collection).json
    let ids = try [old, new].map { try #require($0["id"]?.stringValue) }
    let refusal = try await send(transmitter, .post, collection)
    #expect(refusal.code == 409)
    #expect(refusal.text.contains("\(ids[0]) (last used at 2027-01-15T08:00:00.000Z)"))
    #expect(refusal.text.contains("\(ids[1]) (never used)"))
    #expect(try await send(transmitter, .delete, collection + "/" + ids[0]).code == 204)
    #expect(try await send(transmitter, .post, collection).code == 201)
  }

  @Test("of the tokens that have ended a hundred are kept, less those that are good")
  func mostTokens() async throws {
    let transmitter = try await withClient()
    for _ in 1...101 {
      _ = try await transmitter.token(lifetime: .seconds(60))
      transmitter.clock.advance(by: .seconds(60))
    }
    let list = try await send(transmitter, .get, "/v1/clients/receiver/tokens").json
    #expect(list["tokens"]?.arrayValue?.count == 100)
  }

  @Test(
    "a body that breaks a rule is 400 and names the member",
    arguments: [
      ("{", nil), ("[]", ""), (#"{"scopes":["ssf.emit"]}"#, "/scopes"), (#"{"scopes":[]}"#, "/scopes"),
      (#"{"scopes":["nonsense"]}"#, "/scopes"), (#"{"expires_in":0}"#, "/expires_in"),
      (#"{"expires_in":-5}"#, "/expires_in"), (#"{"expires_in":"1h"}"#, "/expires_in"),
      (#"{"expires_in":1.5}"#, "/expires_in"), (#"{"expires_in":9223372036854775807}"#, "/expires_in"),
      (#"{"expiry":60}"#, "/expiry"),
    ] as [(String, String?)])
  func badBody(text: String, pointer: String?) async throws {
    let transmitter = try await withClient()
    let response = try await transmitter.admin.send(
      .post, "/v1/clients/receiver/tokens", token: transmitter.adminToken, text: text)
    #expect(response.code == 400)
    #expect(try response.faultPointers == (pointer.map { [$0] } ?? []))
    #expect(transmitter.access.tokens(of: "receiver").isEmpty)
  }
}
