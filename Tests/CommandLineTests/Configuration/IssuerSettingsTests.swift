import HTTP
import JSON
import TestSupport
import Testing
import Transmitter

@testable import ssf_transmitter

@Suite("access.issuers") struct IssuerSettingsTests {
  private static let initial = #""name": "idp", "issuer": "https://idp.example.com""#

  private func issuers(_ text: String, development: Bool = false) throws -> [TrustedIssuer] {
    let flags = [
      "issuer": "https://tr.example.com", "development": "\(development)", "access.issuers": text,
    ]
    return try Configuration(Settings(file: nil, environment: [:], flags: flags)).issuers
  }

  private func failure(_ text: String) -> String? {
    do {
      _ = try issuers(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("name and issuer are enough: keys are found by discovery, the audience is the transmitter")
  func minimal() throws {
    let issuer = try #require(try issuers("[{\(Self.initial)}]").first)
    #expect(issuer.name == "idp")
    #expect(issuer.issuer == "https://idp.example.com")
    #expect(!issuer.takesOpaqueTokens)
    guard case .keys(.discovery(let url), .seconds(600)) = issuer.proof else {
      Issue.record("no discovery")
      return
    }
    #expect(url.description == "https://idp.example.com")
  }

  @Test(
    "keys come from a URL or a file where one is named",
    arguments: [
      (#""jwks_uri": "https://idp.example.com/keys", "jwks_refresh": "1m""#, "url"),
      (#""jwks_file": "/etc/keys.json""#, "file"),
    ])
  func keySources(member: String, kind: String) throws {
    let issuer = try #require(try issuers("[{\(Self.initial), \(member)}]").first)
    guard case .keys(let source, _) = issuer.proof else {
      Issue.record("no keys")
      return
    }
    switch source {
    case .url(let url): #expect((kind, url.description) == ("url", "https://idp.example.com/keys"))
    case .file(let path): #expect((kind, path) == ("file", "/etc/keys.json"))
    case .discovery: Issue.record("discovery")
    }
  }

  @Test("introspection takes its secret from a file that only its owner may read")
  func introspection() throws {
    let directory = try TemporaryDirectory()
    let secret = directory.file("secret")
    let text = """
      [{\(Self.initial), "introspection":
        {"endpoint": "https://idp.example.com/introspect", "client_id": "ssf", "client_secret_file": "\(secret)"}}]
      """
    #expect(failure(text)?.contains("No such file") == true)
    try PrivateFile.create(secret, Array("secret\n".utf8))
    #expect(try issuers(text).first?.takesOpaqueTokens == true)
  }

  @Test(
    "what cannot be used is refused, and named",
    arguments: [
      ("{}", "access.issuers must be a JSON array"), ("[{]", "line 1, column 3"), ("", "column 1"),
      ("[5]", "access.issuers[0] must be an object"), ("[{}]", "access.issuers[0].name must be set"),
      (#"[{"name": "a:b", "issuer": "https://a.example"}]"#, "access.issuers[0].name"),
      (#"[{"name": "a~", "issuer": "https://a.example"}]"#, "access.issuers[0].name"),
      (#"[{"name": "a", "issuer": "x"}]"#, "access.issuers[0].issuer"),
      (#"[{"name": "a", "issuer": "http://a.example"}]"#, "https"),
      (#"[{"name": "a", "issuer": "https://10.0.0.1"}]"#, "delivery.allowed_networks"),
      ("[{\(initial)}, {\(initial)}]", "another issuer's"),
      (#"[{"name": "a", "issuer": "https://tr.example.com"}]"#, "must be another than this transmitter"),
      (#"[{\#(initial)}, {"name": "b", "issuer": "https://idp.example.com"}]"#, "access.issuers[1].issuer"),
      (#"[{\#(initial), "audiance": "x"}]"#, "'access.issuers[0].audiance'; did you mean 'audience'"),
      (#"[{\#(initial), "audience": []}]"#, "access.issuers[0].audience"),
      (#"[{\#(initial), "audience": ["a", ""]}]"#, "access.issuers[0].audience[1]"),
      (#"[{\#(initial), "algorithms": ["HS256"]}]"#, "RS256, ES256"),
      (#"[{\#(initial), "lenient": "yes"}]"#, "access.issuers[0].lenient must be true or false"),
      (#"[{\#(initial), "jwks_uri": "https://a.example/", "jwks_file": "x"}]"#, "only one of"),
      (#"[{\#(initial), "jwks_refresh": "1s"}]"#, "access.issuers[0].jwks_refresh"),
      (#"[{\#(initial), "scopes": {"x": "ssf.admin"}}]"#, "access.issuers[0].scopes.x"),
      (#"[{\#(initial), "scopes": {"x": "unknown"}}]"#, "access.issuers[0].scopes.x"),
      (#"[{\#(initial), "clients": {"x": "a/b"}}]"#, "access.issuers[0].clients.x"),
      (#"[{\#(initial), "introspection": {"endpoint": "https://a.example"}}]"#, "introspection.client_id"),
    ])
  func refused(text: String, expected: String) {
    let failure = failure(text)
    #expect(failure?.contains(expected) == true, "\(failure ?? "accepted")")
  }

  @Test("tokens that name no issuer can be one issuer's only")
  func opaqueTokens() throws {
    let directory = try TemporaryDirectory()
    try PrivateFile.create(directory.file("secret"), Array("secret".utf8))
    let issuer = { (name: String, opaque: Bool) in
      """
      {"name": "\(name)", "issuer": "https://\(name).example.com", "introspection":
        {"endpoint": "https://idp.example.com/introspect", "client_id": "ssf", "opaque_tokens": \(opaque),
         "client_secret_file": "\(directory.file("secret"))"}}
      """
    }
    #expect(failure("[\(issuer("a", true)), \(issuer("b", true))]")?.contains("opaque_tokens") == true)
    #expect(failure("[\(issuer("a", true)), \(issuer("b", false))]") == nil)
  }

  @Test("in a file the error says in which line of the list it is")
  func lines() {
    let file = """
      {
        "issuer": "https://tr.example.com",
        "access": {
          "issuers": [
            { "name": "idp", "issuer": "https://idp.example.com" },
            {
              "name": "other", "issuer": "https://other.example.com",
              "lenient": 1, // not a truth value
            },
          ],
        },
      }
      """
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(Settings(file: ("x.json", Array(file.utf8)), environment: [:], flags: [:]))
    }
    #expect(
      error.map { "\($0)" }
        == "x.json, line 8, column 9: access.issuers[1].lenient must be true or false")
  }

  @Test("in the environment the list is JSON text")
  func environment() throws {
    let settings = try Settings(
      file: nil,
      environment: ["SSF_ISSUER": "https://tr.example.com", "SSF_ACCESS_ISSUERS": "[{\(Self.initial)}]"],
      flags: [:])
    #expect(try Configuration(settings).issuers.map(\.name) == ["idp"])
    let error = #expect(throws: ConfigurationError.self) {
      try Settings(file: nil, environment: ["SSF_ACCESS_ISSUERS": "[,]"], flags: [:])
    }
    #expect(
      error.map { "\($0)" }?.hasPrefix("environment variable SSF_ACCESS_ISSUERS: access.issuers must be")
        == true)
  }
}
