import HTTP
import JSON
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct AuthenticatorTests {
  private static let realm =
    "Bearer realm=\"ssf-transmitter\", "
    + "resource_metadata=\"https://tr.example.com/.well-known/oauth-protected-resource\""
  private static let invalidToken =
    realm + ", error=\"invalid_token\", "
    + "error_description=\"The access token is malformed, unknown, expired or revoked\""

  private func list(_ transmitter: TestTransmitter, _ fields: HTTPFields) async throws -> Response {
    try await transmitter.public.send(.get, "/ssf/stream", fields: fields)
  }

  private func expectInvalidToken(_ response: Response) {
    #expect(response.code == 401)
    #expect(response.fields["WWW-Authenticate"] == Self.invalidToken)
  }

  @Test(
    "RFC 6750 3.1 without credentials the challenge names no error",
    arguments: [
      nil, "Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "",
    ])
  func noCredentials(authorization: String?) async throws {
    let transmitter = try await TestTransmitter()
    var fields: HTTPFields = [:]
    fields["Authorization"] = authorization
    let response = try await list(transmitter, fields)
    #expect(response.code == 401)
    #expect(response.fields["WWW-Authenticate"] == Self.realm)
    #expect(response.fields["Content-Type"] == "application/problem+json")
  }

  @Test(
    "RFC 6750 3.1 a token that was never ours is invalid_token",
    arguments: [
      "nonsense", "ssft_", "ssft_aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbccccccc",
      "a b", "ü",
      String(repeating: "x", count: 8000),
    ])
  func foreignToken(token: String) async throws {
    let transmitter = try await TestTransmitter()
    expectInvalidToken(try await list(transmitter, ["Authorization": "Bearer \(token)"]))
  }

  @Test("RFC 6750 3.1 a changed, cut or extended token is invalid_token")
  func damagedToken() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let last = token.last == "a" ? "b" : "a"
    for damaged in [token.dropLast() + last, token.dropLast(), token + "a", token.uppercased()[...]] {
      expectInvalidToken(try await list(transmitter, ["Authorization": "Bearer \(damaged)"]))
    }
  }

  @Test("RFC 6750 3.1 a revoked token and an expired one get the very same answer as an unknown one")
  func endedTokens() async throws {
    let transmitter = try await TestTransmitter()
    let expiring = try await transmitter.token(lifetime: .seconds(60))
    #expect(try await list(transmitter, ["Authorization": "Bearer \(expiring)"]).code == 200)
    transmitter.clock.advance(by: .seconds(60))
    expectInvalidToken(try await list(transmitter, ["Authorization": "Bearer \(expiring)"]))

    let issued = try await transmitter.access.createToken(for: "receiver", scopes: nil, lifetime: nil)
    #expect(try await list(transmitter, ["Authorization": "Bearer \(issued.text)"]).code == 200)
    try await transmitter.access.revokeToken(issued.token.id, of: "receiver")
    expectInvalidToken(try await list(transmitter, ["Authorization": "Bearer \(issued.text)"]))
  }

  @Test("a deleted client's token is invalid_token")
  func deletedClient() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    try await transmitter.access.deleteClient("receiver")
    expectInvalidToken(try await list(transmitter, ["Authorization": "Bearer \(token)"]))
  }

  @Test("RFC 6750 3.1 two Authorization fields are invalid_request, even with the same good token")
  func twoFields() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await list(
      transmitter, ["Authorization": "Bearer \(token)", "authorization": "Bearer \(token)"])
    #expect(response.code == 400)
    #expect(response.fields["WWW-Authenticate"]?.contains("error=\"invalid_request\"") == true)
  }

  @Test("RFC 6750 2.3 a token in the query is invalid_request, alone or beside a good one in the header")
  func queryToken() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    for header in [nil, token] {
      let response = try await transmitter.public.send(
        .get, "/ssf/stream?access_token=\(token)", token: header)
      #expect(response.code == 400)
      #expect(response.fields["WWW-Authenticate"]?.contains("error=\"invalid_request\"") == true)
      #expect(!response.text.contains(token))
    }
  }

  @Test("RFC 6750 2.2 a token in a form body is not looked for")
  func formToken() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(
      .post, "/ssf/stream", text: "access_token=\(token)",
      fields: ["Content-Type": "application/x-www-form-urlencoded"])
    #expect(response.code == 401)
    #expect(response.fields["WWW-Authenticate"] == Self.realm)
  }

  @Test("RFC 6750 2 a token in a form body beside one in the header is invalid_request")
  func twoMethods() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    for body in ["access_token=\(token)", "a=b&access_token=x"] {
      let response = try await transmitter.public.send(
        .post, "/ssf/stream", token: token, text: body,
        fields: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(response.code == 400)
      #expect(response.fields["WWW-Authenticate"]?.contains("error=\"invalid_request\"") == true)
    }
  }

  @Test(
    "SDKs in the field: the scheme may be SSWS, in any case, and the space may be missing",
    arguments: [
      "Bearer TOKEN", "bearer TOKEN", "BEARER TOKEN", "BearerTOKEN", "SSWS TOKEN", "SSWSTOKEN", "ssws TOKEN",
      "Bearer   TOKEN",
    ])
  func spellings(credentials: String) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let value = credentials.replacing("TOKEN", with: token)
    #expect(try await list(transmitter, ["Authorization": value]).code == 200)
  }

  /// A request to the public listener and the scopes that let it pass.
  struct Operation: Sendable, CustomTestStringConvertible {
    let method: HTTPMethod
    let target: String
    let sufficient: [Scope]

    var testDescription: String { "\(method) \(target)" }
  }

  @Test(
    "CAEP interop 2.7.3 reading takes ssf.read or ssf.manage, everything else ssf.manage",
    arguments: [
      Operation(method: .get, target: "/ssf/stream", sufficient: [.read, .manage]),
      Operation(method: .get, target: "/ssf/status?stream_id=x", sufficient: [.read, .manage]),
      Operation(method: .post, target: "/ssf/stream", sufficient: [.manage]),
      Operation(method: .patch, target: "/ssf/stream", sufficient: [.manage]),
      Operation(method: .put, target: "/ssf/stream", sufficient: [.manage]),
      Operation(method: .delete, target: "/ssf/stream?stream_id=x", sufficient: [.manage]),
      Operation(method: .post, target: "/ssf/status", sufficient: [.manage]),
      Operation(method: .post, target: "/ssf/verify", sufficient: [.manage]),
    ])
  func scopes(operation: Operation) async throws {
    let transmitter = try await TestTransmitter()
    for scope in Scope.allCases {
      let token = try await transmitter.token("\(scope)", [scope])
      let response = try await transmitter.public.send(operation.method, operation.target, token: token)
      let isAllowed = operation.sufficient.contains(scope)
      #expect((response.code != 403) == isAllowed, "\(scope): \(response.text)")
      guard !isAllowed else { continue }
      let wanted = operation.sufficient[0].rawValue
      #expect(
        response.fields["WWW-Authenticate"]
          == Self.realm + ", error=\"insufficient_scope\", scope=\"\(wanted)\"")
    }
  }

  @Test("a bad token is 401 even on a broken body, a missing scope 403")
  func authenticationComesFirst() async throws {
    let transmitter = try await TestTransmitter()
    let broken = ";{ broken"
    let reader = try await transmitter.token("reader", [.read])
    let send = { (token: String?) in
      try await transmitter.public.send(.post, "/ssf/stream", token: token, text: broken).code
    }
    #expect(try await send(nil) == 401)
    #expect(try await send("nonsense") == 401)
    #expect(try await send(reader) == 403)
    #expect(try await send(try await transmitter.token()) == 400)
  }

  @Test("on the admin listener ssf.admin implies every other scope, and no other scope implies it")
  func adminImpliesAll() async throws {
    let transmitter = try await TestTransmitter()
    let event: JSONValue = [
      "type": "session-revoked", "subject": ["format": "email", "email": "jane@example.com"],
    ]
    for (scope, events, clients) in [
      (Scope.admin, 202, 200), (.emit, 202, 403), (.manage, 403, 403), (.read, 403, 403),
    ] {
      let token = try await transmitter.token("\(scope)", [scope])
      #expect(try await transmitter.admin.send(.post, "/v1/events", token: token, event).code == events)
      #expect(try await transmitter.admin.send(.get, "/v1/clients", token: token).code == clients)
    }
  }
}
