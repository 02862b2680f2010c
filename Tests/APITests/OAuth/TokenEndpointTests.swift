import HTTP
import JOSE
import JSON
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct TokenEndpointTests {
  private let client: TokenClient
  private var transmitter: TestTransmitter { client.transmitter }

  init() async throws {
    client = try await TokenClient()
  }

  @Test("RFC 9068 2.2 an access token says whose it is, for whom, and for how long")
  func accessToken() async throws {
    let response = try await client.ask(
      "grant_type=client_credentials", fields: ["Authorization": TokenClient.basic("app", client.secret)])
    #expect(response.code == 200)
    #expect(response.fields["Cache-Control"] == "no-store")
    let answer = try response.json
    #expect(answer["token_type"] == "Bearer")
    #expect(answer["expires_in"] == 3600)
    #expect(answer["scope"] == "ssf.read ssf.manage")

    let claims = try TokenClient.claims(response)
    let now = transmitter.clock.now.seconds
    #expect(claims["iss"] == "https://tr.example.com")
    #expect(claims["aud"] == "https://tr.example.com")
    #expect(claims["sub"] == "app")
    #expect(claims["client_id"] == "app")
    #expect(claims["iat"]?.integerValue == now)
    #expect(claims["nbf"]?.integerValue == now)
    #expect(claims["exp"]?.integerValue == now + 3600)
    #expect(claims["scope"] == "ssf.read ssf.manage")
    #expect(claims["cnf"] == nil)
    #expect(try #require(claims["jti"]?.stringValue).count == 26)
  }

  @Test("RFC 9068 2.1 it is an at+jwt by a key of /oauth/jwks, which is none of the keys of SETs")
  func signature() async throws {
    let response = try await client.ask(
      "grant_type=client_credentials&client_id=app&client_secret=\(client.secret)")
    let text = try #require(try response.json["access_token"]?.stringValue)
    let token = try CompactJWS(parsing: Array(text.utf8))
    #expect(token.header.type == "at+jwt")
    let kid = try #require(token.header.keyID)
    let ours = try JWKSet(json: await transmitter.public.send(.get, "/oauth/jwks").json)
    let signer = try #require(ours.key(id: kid))
    try token.verify(with: signer, allowing: [.rs256])
    for path in ["/ssf/jwks", "/oauth2/v1/keys", "/ssf/v1/jwks"] {
      let set = try JWKSet(json: await transmitter.public.send(.get, path).json)
      #expect(set.keys.allSatisfy { ours.key(id: $0.keyID) == nil })
    }
  }

  @Test(
    "RFC 6749 2.3.1 a secret may come in the header or in the body",
    arguments: ["/oauth/token", "/oauth2/v1/token"])
  func secrets(path: String) async throws {
    let grant = "grant_type=client_credentials"
    for fields in [
      ["Authorization": TokenClient.basic("app", client.secret)],
      ["Authorization": TokenClient.basic("a%70p", client.secret)],
    ]
      as [HTTPFields]
    {
      #expect(try await client.ask(grant, at: path, fields: fields).code == 200)
      #expect(try await client.ask(grant + "&client_id=app", at: path, fields: fields).code == 200)
    }
    #expect(
      try await client.ask(grant + "&client_id=app&client_secret=\(client.secret)", at: path).code == 200)
  }

  @Test("RFC 7523 3 an assertion is for the issuer, or the token endpoint that was called")
  func assertions() async throws {
    let audiences = [
      ("/oauth/token", "https://tr.example.com"), ("/oauth/token", "https://tr.example.com/oauth/token"),
      ("/oauth2/v1/token", "https://tr.example.com"),
      ("/oauth2/v1/token", "https://tr.example.com/oauth2/v1/token"),
    ]
    for (number, (path, audience)) in audiences.enumerated() {
      let assertion = try client.assertion(for: audience, ["jti": .string("jti-\(number)")])
      let response = try await client.ask(withAssertion: assertion, at: path)
      #expect(response.code == 200)
      #expect(try TokenClient.claims(response)["client_id"] == "app")
    }
  }

  @Test("RFC 6749 3.3 a client may ask for fewer scopes than it has, also by SailPoint's name")
  func scopes() async throws {
    let form = "grant_type=client_credentials&client_id=app&client_secret=\(client.secret)&scope="
    for (asked, granted) in [
      ("ssf.read", "ssf.read"), ("ssf.manage+ssf.read", "ssf.read ssf.manage"), ("", "ssf.read ssf.manage"),
      ("sp%3Assf-transmitter-streams%3Amanage", "ssf.manage"),
    ] {
      let response = try await client.ask(form + asked)
      #expect(try response.json["scope"]?.stringValue == granted)
      #expect(try TokenClient.claims(response)["scope"]?.stringValue == granted)
    }
  }

  @Test("RFC 6749 3.2 parameters that mean nothing here are ignored")
  func unknownParameters() async throws {
    let form =
      "grant_type=client_credentials&client_id=app&client_secret=\(client.secret)&audience=x&nonsense=1"
    #expect(try await client.ask(form).code == 200)
  }

  @Test("an issuer with a path has its token endpoint below that, and the audience there")
  func issuerWithPath() async throws {
    let client = try await TokenClient(issuer: "https://tr.example.com/t1")
    for path in ["/oauth/token", "/t1/oauth/token"] {
      let assertion = try client.assertion(
        for: "https://tr.example.com/t1/oauth/token", ["jti": .string(path)])
      #expect(try await client.ask(withAssertion: assertion, at: path).code == 200)
    }
  }
}
