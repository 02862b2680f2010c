import HTTP
import JSON
import OpenSSL
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct KeyEndpointsTests {
  private let transmitter: TestTransmitter

  init() async throws {
    transmitter = try await TestTransmitter { $0.keys.maxAge = .seconds(10) }
  }

  private func call(_ method: HTTPMethod, _ target: String, _ json: JSONValue? = nil) async throws -> Response
  {
    try await transmitter.admin.send(method, target, token: transmitter.adminToken, json)
  }

  private func publishedKIDs(_ path: String = "/ssf/jwks") async throws -> [String] {
    try await transmitter.public.send(.get, path).json["keys"]?.arrayValue?
      .compactMap { $0["kid"]?.stringValue } ?? []
  }

  private func activeKID() async throws -> String {
    let keys = try await call(.get, "/v1/keys").json["keys"]?.arrayValue ?? []
    let active = keys.first { $0["alg"] == "ES256" && $0["purpose"] == "set" && $0["state"] == "active" }
    return try #require(active?["kid"]?.stringValue)
  }

  @Test("the signing keys are shown by id, purpose, algorithm and state, as the key set has them")
  func list() async throws {
    let response = try await call(.get, "/v1/keys")
    #expect(response.code == 200)
    let keys = try #require(try response.json["keys"]?.arrayValue)
    let members = ["alg", "created", "kid", "purpose", "since", "state"]
    #expect(keys.map(\.memberNames) == Array(repeating: members, count: 4))
    #expect(keys.map { $0["alg"] } == ["RS256", "ES256", "RS256", "ES256"])
    #expect(keys.map { $0["purpose"] } == ["set", "set", "token", "token"])
    #expect(keys.first?["state"] == "active")
    #expect(try await publishedKIDs() == keys.prefix(2).compactMap { $0["kid"]?.stringValue })
  }

  @Test("one key is shown with its public half, an unknown one is 404")
  func show() async throws {
    let kid = try await activeKID()
    let key = try await call(.get, "/v1/keys/\(kid)").json
    #expect(key["public_key"]?["kid"]?.stringValue == kid)
    #expect(key["public_key"]?["d"] == nil)
    #expect(try await call(.get, "/v1/keys/unknown").code == 404)
    #expect(try await call(.post, "/v1/keys/unknown/retire").code == 404)
  }

  @Test("P10 a rotation publishes the next key of each algorithm at once, in every family, and uses it later")
  func rotate() async throws {
    let before = try await publishedKIDs()
    let signer = try await activeKID()
    let answer = try await call(.post, "/v1/keys/rotate")
    #expect(answer.code == 200)
    let successors = try #require(try answer.json["keys"]?.arrayValue)
    #expect(successors.map { $0["alg"] } == ["RS256", "ES256"])
    #expect(successors.map { $0["state"] } == ["pending", "pending"])
    let activation = transmitter.clock.now + .seconds(12)
    #expect(successors.map { $0["until"]?.stringValue } == Array(repeating: activation.description, count: 2))
    for path in ["/ssf/jwks", "/oauth2/v1/keys", "/ssf/v1/jwks"] {
      #expect(
        Set(try await publishedKIDs(path)) == Set(before + successors.compactMap { $0["kid"]?.stringValue }))
    }
    #expect(try await activeKID() == signer)
  }

  @Test("one algorithm, and the keys of access tokens, rotate on their own")
  func rotateOne() async throws {
    let before = try await publishedKIDs()
    let answer = try await call(.post, "/v1/keys/rotate", ["purpose": "token", "alg": "ES256"])
    let successors = try #require(try answer.json["keys"]?.arrayValue)
    #expect(successors.map { $0["purpose"] } == ["token"])
    #expect(successors.map { $0["alg"] } == ["ES256"])
    #expect(try await publishedKIDs() == before)
    let exported = try await call(.get, "/v1/keys/export?purpose=token").json["keys"]?.arrayValue
    #expect(exported?.count == 3)
  }

  @Test("the key set may be cached for the configured time")
  func maxAge() async throws {
    let response = try await transmitter.public.send(.get, "/ssf/jwks")
    #expect(response.fields["Cache-Control"] == "public, max-age=10")
  }

  @Test("a key that is retired now is out of the published set with the answer, and another one signs")
  func retireNow() async throws {
    let leaked = try await activeKID()
    let answer = try await call(.post, "/v1/keys/\(leaked)/retire", ["now": true])
    #expect(answer.code == 200)
    #expect(try answer.json["keys"]?.arrayValue?.map { $0["state"] } == ["active"])
    #expect(try await !publishedKIDs().contains(leaked))
    #expect(try await publishedKIDs().contains(activeKID()))
    #expect(try await call(.post, "/v1/keys/\(leaked)/retire", ["now": true]).code == 404)
  }

  @Test("a key that is retired in order gets a successor first")
  func retire() async throws {
    let kid = try await activeKID()
    let answer = try await call(.post, "/v1/keys/\(kid)/retire")
    #expect(try answer.json["keys"]?.arrayValue?.map { $0["state"] } == ["active", "pending"])
    #expect(try await publishedKIDs().contains(kid))
  }

  @Test("an imported key is published, and signs later or at once")
  func importing() async throws {
    for (now, state) in [(false, "pending"), (true, "active")] as [(Bool, JSONValue)] {
      let pem = String(decoding: try PrivateKey.generate(.p256).pem(), as: UTF8.self)
      let answer = try await call(.post, "/v1/keys/import", ["pem": .string(pem), "now": .bool(now)])
      #expect(answer.code == 201)
      #expect(try answer.json["state"] == state)
      #expect(!answer.text.contains("PRIVATE"))
      #expect(try await publishedKIDs().contains(answer.json["kid"]?.stringValue ?? ""))
      let again = try await call(.post, "/v1/keys/import", ["pem": .string(pem)])
      #expect(again.code == 409)
      #expect(try again.json["detail"]?.stringValue?.contains("is here already") == true)
    }
  }

  @Test(
    "a request that says anything else is refused, and changes nothing",
    arguments: [
      ("rotate", ["alg": "HS256"], "/alg"), ("rotate", ["purpose": "SET"], "/purpose"),
      ("rotate", ["algorithm": "RS256"], "/algorithm"), ("import", [:], "/pem"),
      ("import", ["pem": "no key"], "/pem"), ("import", ["pem": "", "kid": "mine"], "/kid"),
      ("import", ["pem": 5], "/pem"), ("import", ["pem": "", "now": "yes"], "/pem"),
    ] as [(String, JSONValue, String)])
  func refused(action: String, body: JSONValue, pointer: String) async throws {
    let before = try await call(.get, "/v1/keys").body
    let response = try await call(.post, "/v1/keys/\(action)", body)
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
    #expect(try await call(.get, "/v1/keys").body == before)
  }

  @Test("keys are an administrator's: with other scopes none is shown or changed")
  func scopes() async throws {
    let token = try await transmitter.token("producer", [.read, .manage, .emit])
    let targets: [(HTTPMethod, String)] = [
      (.get, "/v1/keys"), (.get, "/v1/keys/x"), (.get, "/v1/keys/export"), (.post, "/v1/keys/rotate"),
      (.post, "/v1/keys/import"), (.post, "/v1/keys/x/retire"),
    ]
    for (method, target) in targets {
      #expect(try await transmitter.admin.send(method, target, token: token).code == 403, "\(target)")
    }
  }
}
