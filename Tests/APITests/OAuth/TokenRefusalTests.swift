import HTTP
import HTTPServer
import JOSE
import JSON
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct TokenRefusalTests {
  private let client: TokenClient
  private var transmitter: TestTransmitter { client.transmitter }

  init() async throws {
    client = try await TokenClient()
  }

  private func expect(_ response: Response, _ status: Int, _ error: String) throws {
    #expect(response.code == status)
    #expect(try response.json.memberNames == ["error", "error_description"])
    #expect(try response.json["error"]?.stringValue == error)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "no-store")
    #expect(response.fields["WWW-Authenticate"] == (status == 401 ? "Basic realm=\"ssf-transmitter\"" : nil))
  }

  @Test("RFC 6749 5.2 a wrong secret, an unknown client and one without secrets get the same answer")
  func wrongSecrets() async throws {
    try await transmitter.access.createClient(id: "bare", description: nil, audience: nil, scopes: [.read])
    var bodies: Set<[UInt8]> = []
    for (name, shown) in [
      ("app", "wrong"), ("app", client.secret + "x"), ("app", String(client.secret.dropLast())),
      ("nobody", client.secret),
      ("bare", client.secret),
    ] {
      let response = try await client.ask(
        "grant_type=client_credentials", fields: ["Authorization": TokenClient.basic(name, shown)])
      try expect(response, 401, "invalid_client")
      bodies.insert(response.body)
    }
    #expect(bodies.count == 1)
  }

  @Test("a deleted secret is of no use, and the other goes on")
  func deletedSecret() async throws {
    transmitter.clock.advance(by: .seconds(1))
    let second = try await transmitter.access.createSecret(for: "app")
    let first = try #require(transmitter.access.secrets(of: "app").first)
    try await transmitter.access.deleteSecret(first.id, of: "app")
    let form = "grant_type=client_credentials&client_id=app&client_secret="
    try expect(try await client.ask(form + client.secret), 401, "invalid_client")
    #expect(try await client.ask(form + second.text).code == 200)
  }

  @Test("RFC 7523 3 an assertion is used once")
  func replay() async throws {
    let assertion = try client.assertion()
    #expect(try await client.ask(withAssertion: assertion).code == 200)
    try expect(try await client.ask(withAssertion: assertion), 401, "invalid_client")
  }

  private static let wrongAssertions: [(name: String, header: JSONObject, claims: JSONObject)] = [
    ("another audience", [:], ["aud": "https://other.example.com/oauth/token"]),
    ("the other token endpoint", [:], ["aud": "https://tr.example.com/oauth2/v1/token"]),
    ("a list of audiences", [:], ["aud": ["https://tr.example.com/oauth/token"]]),
    ("no audience", [:], ["aud": .null]),
    ("another subject", [:], ["sub": "other"]),
    ("another issuer", [:], ["iss": "other"]),
    ("no jti", [:], ["jti": .null]),
    ("an empty jti", [:], ["jti": ""]),
    ("a long jti", [:], ["jti": .string(String(repeating: "x", count: 257))]),
    ("no exp", [:], ["exp": .null]),
    ("exp in a text", [:], ["exp": "1800000000"]),
    ("expired", [:], ["exp": 1_799_999_940]),
    ("too long", [:], ["exp": 1_800_003_601]),
    ("not yet", [:], ["nbf": 1_800_000_061]),
    ("from the future", [:], ["iat": 1_800_000_061]),
    ("an access token", ["typ": "at+jwt"], [:]),
    ("a proof", ["typ": "dpop+jwt"], [:]),
    ("a SET", ["typ": "secevent+jwt"], [:]),
    ("an unknown key", ["kid": "other"], [:]),
    ("critical extensions", ["crit": ["exp"]], [:]),
    ("another algorithm", ["alg": "RS256"], [:]),
    ("no algorithm", ["alg": "none"], [:]),
  ]

  @Test(
    "RFC 7523 3 an assertion that is not right in everything is invalid_client", arguments: wrongAssertions)
  func badAssertions(name: String, header: JSONObject, claims: JSONObject) async throws {
    let response = try await client.ask(withAssertion: client.assertion(header: header, claims))
    try expect(response, 401, "invalid_client")
  }

  @Test("an assertion by another's key, or of nobody, is invalid_client; a client_id must agree")
  func foreignAssertions() async throws {
    let other = try TestKey()
    let now = transmitter.clock.now
    let assertions = [
      try other.assertion(of: "app", for: TokenClient.audience, at: now),
      try client.key.assertion(of: "nobody", for: TokenClient.audience, at: now),
      try client.assertion() + "&client_id=other",
      "nonsense", "a.b.c",
    ]
    for assertion in assertions {
      try expect(try await client.ask(withAssertion: assertion), 401, "invalid_client")
    }
    #expect(try await client.ask(withAssertion: client.assertion() + "&client_id=app").code == 200)
  }

  private static let malformed: [(form: String, error: String)] = [
    ("", "invalid_request"),
    ("grant_type=", "invalid_request"),
    ("client_id=app", "invalid_request"),
    ("grant_type=authorization_code&code=x", "unsupported_grant_type"),
    ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
    ("grant_type=client_credentials&scope=a&scope=b", "invalid_request"),
    ("grant_type=client_credentials&client_id=%", "invalid_request"),
    ("grant_type=client_credentials&client_id=app&client_secret=x&client_assertion=y", "invalid_request"),
    ("grant_type=client_credentials&client_assertion=y", "invalid_request"),
    (
      "grant_type=client_credentials&client_assertion=y&client_assertion_type=saml2-bearer", "invalid_request"
    ),
  ]

  @Test(
    "RFC 6749 5.2 a request that is not well-formed is 400, and the code says how", arguments: malformed)
  func badRequests(form: String, error: String) async throws {
    try expect(try await client.ask(form), 400, error)
  }

  @Test(
    "RFC 6749 2.3 two ways to authenticate at once are 400",
    arguments: ["client_secret=x", "client_assertion=x"])
  func twoMethods(form: String) async throws {
    let response = try await client.ask(
      "grant_type=client_credentials&client_id=app&\(form)",
      fields: ["Authorization": TokenClient.basic("app", client.secret)])
    try expect(response, 400, "invalid_request")
  }

  @Test("who does not authenticate, or with another scheme, is invalid_client")
  func noAuthentication() async throws {
    let form = "grant_type=client_credentials"
    try expect(try await client.ask(form), 401, "invalid_client")
    try expect(try await client.ask(form + "&client_id=app"), 401, "invalid_client")
    try expect(try await client.ask(form + "&client_secret=\(client.secret)"), 401, "invalid_client")
    for value in ["Bearer \(client.secret)", "Basic", "Basic !!!!", "Basic YXBw", "basic"] {
      try expect(try await client.ask(form, fields: ["Authorization": value]), 401, "invalid_client")
    }
  }

  @Test(
    "RFC 6749 3.3 a scope that is unknown or not the client's is invalid_scope",
    arguments: ["ssf.admin", "ssf.read+ssf.emit", "ssf.root", "+"])
  func badScopes(scope: String) async throws {
    let form = "grant_type=client_credentials&client_id=app&client_secret=\(client.secret)&scope=\(scope)"
    try expect(try await client.ask(form), 400, "invalid_scope")
  }

  @Test("parameters in the URL, and bodies that are no form, are 400")
  func wrongPlace() async throws {
    let form = "grant_type=client_credentials&client_id=app&client_secret=\(client.secret)"
    try expect(try await client.ask("", at: "/oauth/token?\(form)"), 400, "invalid_request")
    try expect(try await client.ask(form, at: "/oauth/token?x=1"), 400, "invalid_request")
    try expect(
      try await client.ask(form, fields: ["Content-Type": "application/json"]), 400, "invalid_request")
  }

  @Test(
    "the endpoint answers other methods and large bodies in its own way",
    arguments: ["/oauth/token", "/oauth2/v1/token"])
  func otherMethods(path: String) async throws {
    let response = try await transmitter.public.send(.get, path)
    #expect(response.code == 405)
    #expect(try response.json["error"] == "invalid_request")
    let head = RequestHead(method: .post, target: try RequestTarget(parsing: path), fields: [:])
    #expect(transmitter.public.handler.bodyLimit(head) == 16384)
  }
}
