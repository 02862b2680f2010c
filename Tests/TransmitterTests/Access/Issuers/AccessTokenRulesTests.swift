import JOSE
import JSON
import Testing

@testable import Transmitter

private let now = Timestamp(milliseconds: 1_800_000_000_000)
private let issuer = "https://idp.example.com"
private let audience = "https://ssf.example.com"

private let complete: JSONObject = [
  "iss": .string(issuer), "aud": .string(audience), "sub": "u1", "client_id": "app", "iat": 1_800_000_000,
  "exp": 1_800_000_300, "jti": "j1", "scope": "ssf.read openid",
]

/// The claims with members replaced; null takes one out.
private func claims(_ changes: JSONObject = [:]) -> AccessTokenClaims {
  var members = complete
  for change in changes { members[change.name] = change.value == .null ? JSONValue?.none : change.value }
  return AccessTokenClaims(members)
}

private func rules(
  _ strictness: AccessTokenRules.Strictness = .strict, clientClaim: String? = nil,
  scopes: ScopeNames = ScopeNames()
) -> AccessTokenRules {
  AccessTokenRules(
    issuer: issuer, audiences: [audience], strictness: strictness, clientClaim: clientClaim, scopes: scopes)
}

@Suite struct AccessTokenRulesTests {
  @Test("RFC 9068 2.2 a complete token grants its client its scopes until it ends")
  func complete() throws {
    let grant = try rules().grant(of: claims(), at: now)
    #expect(
      grant
        == AccessGrant(clientID: "app", scopes: [.read], keyThumbprint: nil, expires: now + .seconds(300)))
  }

  @Test(
    "RFC 9068 2.2 and 4 what is missing, foreign, over or of the wrong type is refused",
    arguments: [
      ["iss": nil], ["aud": nil], ["sub": nil], ["client_id": nil], ["iat": nil], ["exp": nil], ["jti": nil],
      ["iss": "https://idp.example.com/"], ["iss": 5], ["aud": "https://other.example.com"], ["aud": []],
      ["aud": ["https://ssf.example.com", 5]], ["sub": 5], ["sub": ""], ["jti": []], ["client_id": ""],
      ["client_id": 5], ["exp": 1_799_999_970], ["exp": "1800000300"], ["exp": -1],
      ["exp": .number("1e300")], ["iat": 1_800_000_031], ["nbf": 1_800_000_031], ["nbf": "soon"],
      ["scope": 5],
      ["scope": ["ssf.read", 5]],
    ] as [JSONObject])
  func refused(change: JSONObject) {
    #expect(throws: AuthenticationFailure.self) { try rules().grant(of: claims(change), at: now) }
  }

  @Test(
    "clocks may differ by half a minute, and numbers may have a fraction",
    arguments: [
      ["exp": 1_799_999_971], ["iat": 1_800_000_030], ["nbf": 1_800_000_030],
      ["exp": .number("1799999970.5")],
    ] as [JSONObject])
  func leeway(change: JSONObject) throws {
    _ = try rules().grant(of: claims(change), at: now)
  }

  @Test(
    "RFC 9068 4 the type keeps other JWTs out; a lenient issuer may leave it out",
    arguments: [
      ("at+jwt", true, true), ("AT+JWT", true, true), ("application/at+jwt", true, true),
      ("JWT", false, true),
      (nil, false, true), ("secevent+jwt", false, false), ("dpop+jwt", false, false), ("", false, false),
    ] as [(String?, Bool, Bool)])
  func types(type: String?, isStrictlyGood: Bool, isLenientlyGood: Bool) throws {
    let header = try JOSEHeader(algorithm: .rs256, type: type)
    #expect(((try? rules(.strict).check(header)) != nil) == isStrictlyGood)
    #expect(((try? rules(.lenient).check(header)) != nil) == isLenientlyGood)
  }

  @Test("a lenient issuer may leave out all that is not needed, and call the client azp")
  func lenient() throws {
    let bare = claims(["sub": nil, "iat": nil, "jti": nil, "client_id": nil, "azp": "app"])
    #expect(try rules(.lenient).grant(of: bare, at: now).clientID == "app")
  }

  @Test(
    "a lenient issuer's ID tokens and SETs are no access tokens",
    arguments: [
      ["scope": nil], ["events": [:]], ["at_hash": "x"], ["c_hash": "x"], ["aud": nil], ["exp": nil],
      ["iss": nil],
      ["client_id": nil],
    ] as [JSONObject])
  func lenientRefusals(change: JSONObject) {
    #expect(throws: AuthenticationFailure.self) { try rules(.lenient).grant(of: claims(change), at: now) }
  }

  @Test("the claim that names the receiver can be chosen")
  func clientClaim() throws {
    let rules = rules(clientClaim: "azp")
    #expect(try rules.grant(of: claims(["azp": "other"]), at: now).clientID == "other")
    #expect(throws: AuthenticationFailure.self) { try rules.grant(of: claims(), at: now) }
  }

  @Test(
    "RFC 9449 6.1 the key that a token is bound to is told; another binding is refused",
    arguments: [
      (["jkt": "thumb"], "thumb"), (["x5t#S256": "x"], nil), (["jkt": "thumb", "x5t#S256": "x"], nil),
      ([:], nil),
      ("jkt", nil), (["jkt": 5], nil), (["jkt": ""], nil),
    ] as [(JSONValue, String?)])
  func confirmation(cnf: JSONValue, thumbprint: String?) {
    let grant = try? rules().grant(of: claims(["cnf": cnf]), at: now)
    #expect(grant?.keyThumbprint == thumbprint)
    #expect((grant != nil) == (thumbprint != nil))
  }

  @Test(
    "RFC 7662 4 an issuer that is asked may leave out what it has checked; a strict one must name the audience"
  )
  func introspection() throws {
    let answer = AccessTokenClaims(["active": true, "client_id": "app", "scope": "ssf.manage"])
    let grant = try rules(.lenient).grant(of: answer, toldBy: .introspection, at: now)
    #expect(grant == AccessGrant(clientID: "app", scopes: [.manage], keyThumbprint: nil, expires: nil))
    #expect(throws: AuthenticationFailure.self) {
      try rules(.strict).grant(of: answer, toldBy: .introspection, at: now)
    }
    for wrong in [["aud": "x"], ["iss": "x"], ["exp": 1]] as [JSONObject] {
      #expect(throws: AuthenticationFailure.self) {
        try rules(.lenient).grant(of: claims(wrong), toldBy: .introspection, at: now)
      }
    }
  }
}

@Suite struct ScopeNamesTests {
  private func scopes(_ members: JSONObject, _ names: ScopeNames = ScopeNames()) throws -> ScopeSet {
    try names.scopes(of: AccessTokenClaims(members))
  }

  @Test(
    "scopes are text or a list, in scope or else in scp",
    arguments: [
      (["scope": "ssf.read ssf.manage"], [.read, .manage]), (["scope": ["ssf.read"]], [.read]),
      (["scp": ["ssf.manage"]], [.manage]), (["scp": "ssf.read"], [.read]),
      (["scope": "", "scp": "ssf.read"], []), ([:], []), (["scope": "openid SSF.READ"], []),
      (
        ["scope": "okta.identitySources.read okta.identitySources.manage"],
        [.readIdentitySources, .manageIdentitySources]
      ),
      (["scope": "sp:ssf-transmitter-streams:manage"], [.manage]),
    ] as [(JSONObject, ScopeSet)])
  func claims(members: JSONObject, expected: ScopeSet) throws {
    #expect(try scopes(members) == expected)
  }

  @Test("no foreign issuer makes administrators or producers")
  func bounds() throws {
    #expect(try scopes(["scope": "ssf.admin ssf.emit ssf.read"]) == [.read])
    let generous = ScopeNames(meanings: ["all": ScopeSet(Scope.allCases)])
    #expect(try scopes(["scope": "all"], generous) == ScopeNames.foreign)
  }

  @Test(
    "an issuer's own names mean what the configuration says, and a name of ours can be given another meaning")
  func meanings() throws {
    let names = ScopeNames(claim: "roles", meanings: ["Writer": [.manage, .read], "ssf.manage": [.read]])
    #expect(try scopes(["roles": ["Writer"], "scope": "ssf.manage"], names) == [.manage, .read])
    #expect(try scopes(["roles": ["ssf.manage"]], names) == [.read])
  }
}

@Suite struct ClientNamesTests {
  @Test(
    "a client's id is the issuer's name and its id there, and no two become one",
    arguments: [
      ("app", "idp:app"), ("a.b_c-d", "idp:a.b_c-d"),
      ("https://a.example/x", "idp:https~3A~2F~2Fa.example~2Fx"),
      ("a~2F", "idp:a~7E2F"), ("é", "idp:~C3~A9"), ("a\n", "idp:a~0A"), ("-rf", "idp:-rf"), ("..", "idp:.."),
    ])
  func derived(id: String, local: String) throws {
    #expect(try ClientNames(issuerName: "idp").localID(of: id) == local)
    #expect(Client.isID(local))
  }

  @Test("an id that is too long is refused, not cut")
  func tooLong() {
    #expect(throws: AuthenticationFailure.self) {
      try ClientNames(issuerName: "idp").localID(of: String(repeating: "x", count: 125))
    }
  }

  @Test("the configuration may say by what id a client is known; our own are known by theirs")
  func aliases() throws {
    let names = ClientNames(issuerName: "idp", aliases: ["0oa1": "my-app"])
    #expect(try names.localID(of: "0oa1") == "my-app")
    #expect(try names.localID(of: "my-app") == "idp:my-app")
    #expect(try ClientNames.own.localID(of: "my-app") == "my-app")
  }
}
