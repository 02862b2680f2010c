import HTTP
import JOSE
import JSON
import OpenSSL
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct ClientKeysTests {
  private let transmitter: TestTransmitter
  private let key: JSONValue
  private let other: JSONValue

  init() async throws {
    transmitter = try await TestTransmitter()
    key = try JWK(publicKey: PrivateKey.generate(.p256).publicKey).json
    other = try JWK(publicKey: PrivateKey.generate(.p256).publicKey).json
  }

  private func send(_ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil) async throws -> Response
  {
    try await transmitter.admin.send(method, target, token: transmitter.adminToken, body)
  }

  @Test("RFC 7591 2 a client may register its keys, and they are shown")
  func registered() async throws {
    let made = try await send(.post, "/v1/clients", ["id": "app", "jwks": ["keys": [key]]])
    #expect(made.code == 201)
    #expect(try made.json["jwks"] == ["keys": [key]])
    #expect(try await send(.get, "/v1/clients/app").json["jwks"] == ["keys": [key]])
  }

  @Test("RFC 7591 2 or say where it publishes them")
  func published() async throws {
    let location: JSONValue = "https://app.example.com/jwks.json"
    let made = try await send(.post, "/v1/clients", ["id": "app", "jwks_uri": location])
    #expect(made.code == 201)
    #expect(try await send(.get, "/v1/clients/app").json["jwks_uri"] == location)
  }

  @Test("keys are kept over a restart")
  func restart() async throws {
    for (id, members) in [("a", ["jwks": ["keys": [key]]]), ("b", ["jwks_uri": "https://b.example.com/k"])]
      as [(String, JSONObject)]
    {
      let body = JSONValue.object(members).with(["id": .string(id)])
      #expect(try await send(.post, "/v1/clients", body).code == 201)
    }
    let again = try await AccessDirectory(
      store: transmitter.store, environment: .testing(clock: transmitter.clock))
    #expect(again.clients == transmitter.access.clients)
  }

  @Test("keys are replaced whole, and null takes them away")
  func change() async throws {
    #expect(try await send(.post, "/v1/clients", ["id": "app", "jwks": ["keys": [key]]]).code == 201)
    let target = "/v1/clients/app"
    #expect(try await send(.patch, target, ["jwks": ["keys": [other]]]).json["jwks"] == ["keys": [other]])
    let moved = try await send(.patch, target, ["jwks_uri": "https://app.example.com/k"]).json
    #expect(moved["jwks"] == nil && moved["jwks_uri"] == "https://app.example.com/k")
    let none = try await send(.patch, target, ["jwks": .null]).json
    #expect(none["jwks"] == nil && none["jwks_uri"] == nil)
    #expect(try await send(.get, target).json == none)
    #expect(try await send(.patch, "/v1/clients/nobody", ["jwks": .null]).code == 404)
  }

  private static let unusable: [(JSONObject, String)] = [
    (["jwks": "keys"], "/jwks"),
    (["jwks": [:]], "/jwks"),
    (["jwks": ["keys": []]], "/jwks/keys"),
    (["jwks": ["keys": .array(Array(repeating: [:], count: 17))]], "/jwks/keys"),
    (["jwks": ["keys": [["kty": "oct", "k": "AAAA"]]]], "/jwks/keys/0"),
    (["jwks": ["keys": [["kty": "EC", "crv": "P-521", "x": "AAAA", "y": "AAAA"]]]], "/jwks/keys/0"),
    (["jwks_uri": "ftp://app.example.com/k"], "/jwks_uri"),
    (["jwks_uri": "http://app.example.com/k"], "/jwks_uri"),
    (["jwks_uri": "https://127.0.0.1/k"], "/jwks_uri"),
    (["jwks_uri": "https://169.254.169.254/latest"], "/jwks_uri"),
    (["jwks_uri": .string("https://app.example.com/" + String(repeating: "k", count: 2048))], "/jwks_uri"),
    (["jwks_uri": 5], "/jwks_uri"),
    (["jwks": ["keys": []], "jwks_uri": "https://app.example.com/k"], "/jwks_uri"),
  ]

  @Test("keys that could not verify anything are 400, and what is wrong is named", arguments: unusable)
  func badKeys(members: JSONObject, pointer: String) async throws {
    let response = try await send(.post, "/v1/clients", JSONValue.object(members).with(["id": "app"]))
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
    #expect(transmitter.access.clients.map(\.id) == ["admin"])
  }

  @Test("a private key is refused, and two keys of one kid")
  func badSets() async throws {
    let secret = key.with(["d": "AAAA"])
    let response = try await send(.post, "/v1/clients", ["id": "app", "jwks": ["keys": [other, secret]]])
    #expect(try response.faultPointers == ["/jwks/keys/1"])
    let twice: JSONValue = ["keys": [key.with(["kid": "k"]), other.with(["kid": "k"])]]
    #expect(try await send(.post, "/v1/clients", ["jwks": twice]).faultPointers == ["/jwks/keys/1"])
  }

  @Test("a change that says nothing, or something else, is 400")
  func badChange() async throws {
    #expect(try await send(.post, "/v1/clients", ["id": "app", "jwks": ["keys": [key]]]).code == 201)
    for body in [[:], ["scopes": ["ssf.admin"]], ["jwks": .null, "scopes": []]] as [JSONValue] {
      #expect(try await send(.patch, "/v1/clients/app", body).code == 400)
    }
    #expect(try await send(.get, "/v1/clients/app").json["jwks"] == ["keys": [key]])
  }
}
