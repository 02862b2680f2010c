import HTTP
import HTTPClient
import JOSE
import JSON
import Transmitter

/// Reads the authorization servers whose access tokens are accepted.
extension SettingReader {
  private static let members = [
    "name", "issuer", "audience", "algorithms", "lenient", "jwks_uri", "jwks_file", "jwks_refresh",
    "introspection",
    "client_claim", "scope_claim", "scopes", "clients", "registered_clients_only",
  ]

  /// - Parameters:
  ///   - own: the issuer that we are, whose tokens are accepted anyway; nil where that is not known yet.
  ///   - policy: where issuers may be; their URLs are checked now rather than at the first token.
  func issuers(
    besides own: HTTPURL?, reachableBy policy: DestinationPolicy
  ) throws(ConfigurationError) -> [TrustedIssuer] {
    let setting = structure("access.issuers")
    var issuers: [TrustedIssuer] = []
    for element in try setting.elements() {
      let issuer = try Self.issuer(element, policy)
      guard !issuers.contains(where: { $0.name == issuer.name }) else {
        throw try element.required("name").wrong("another issuer's than '\(issuer.name)'")
      }
      guard !issuers.contains(where: { $0.issuer == issuer.issuer }) else {
        throw try element.required("issuer").wrong("given only once")
      }
      guard issuer.issuer != own?.description else {
        throw try element.required("issuer").wrong(
          "another than this transmitter, which knows its own tokens")
      }
      issuers.append(issuer)
    }
    guard issuers.count(where: \.takesOpaqueTokens) <= 1 else {
      throw setting.wrong("such that opaque_tokens is true for one issuer: they do not tell whose they are")
    }
    return issuers
  }

  private static func issuer(
    _ value: StructuredValue, _ policy: DestinationPolicy
  ) throws(ConfigurationError) -> TrustedIssuer {
    try value.allowOnly(members)
    let name = try issuerName(value.required("name"))
    return TrustedIssuer(
      name: name, rules: try rules(value),
      clients: ClientNames(issuerName: name, aliases: try aliases(value.optional("clients"))),
      admitsOnlyRegistered: try value.optional("registered_clients_only")?.boolean() ?? false,
      proof: try proof(value, policy))
  }

  private static func issuerName(_ value: StructuredValue) throws(ConfigurationError) -> String {
    let name = try value.text()
    guard name.utf8.count <= 32, Client.isID(name), !name.contains(":"), !name.contains("~") else {
      throw value.wrong("1 to 32 letters, digits and . _ - (not first)")
    }
    return name
  }

  // MARK: - Rules

  private static func rules(_ value: StructuredValue) throws(ConfigurationError) -> AccessTokenRules {
    AccessTokenRules(
      issuer: try value.required("issuer").text(),
      audiences: Set(try value.optional("audience")?.texts() ?? []),
      algorithms: try algorithms(value.optional("algorithms")),
      strictness: try value.optional("lenient")?.boolean() ?? false ? .lenient : .strict,
      clientClaim: try value.optional("client_claim")?.text(),
      scopes: ScopeNames(
        claim: try value.optional("scope_claim")?.text(), meanings: try meanings(value.optional("scopes"))))
  }

  private static func algorithms(
    _ value: StructuredValue?
  ) throws(ConfigurationError) -> [SignatureAlgorithm] {
    guard let value else { return SignatureAlgorithm.allCases }
    var algorithms: [SignatureAlgorithm] = []
    for name in try value.texts() {
      guard let algorithm = SignatureAlgorithm(rawValue: name) else {
        throw value.wrong("a list of " + SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))
      }
      algorithms.append(algorithm)
    }
    return algorithms
  }

  /// What the issuer's own scope names mean here: a scope of ours, or several.
  private static func meanings(_ value: StructuredValue?) throws(ConfigurationError) -> [String: ScopeSet] {
    var meanings: [String: ScopeSet] = [:]
    for (name, value) in try value?.members() ?? [] {
      let names = try value.texts()
      guard let scopes = try? ScopeSet(parsing: names), scopes.isSubset(of: ScopeNames.foreign) else {
        throw value.wrong("scopes that a foreign issuer can grant: \(ScopeNames.foreign)")
      }
      meanings[name] = scopes
    }
    return meanings
  }

  private static func aliases(_ value: StructuredValue?) throws(ConfigurationError) -> [String: String] {
    var aliases: [String: String] = [:]
    for (clientID, value) in try value?.members() ?? [] {
      let id = try value.text()
      guard Client.isID(id) else { throw value.wrong("the id of a client") }
      aliases[clientID] = id
    }
    return aliases
  }

  // MARK: - Proof

  private static func proof(
    _ value: StructuredValue, _ policy: DestinationPolicy
  ) throws(ConfigurationError) -> TrustedIssuer.Proof {
    let ways = ["jwks_uri", "jwks_file", "introspection"]
    guard try value.members().count(where: { ways.contains($0.name) && $0.value.json != .null }) <= 1 else {
      throw value.wrong("an issuer with only one of \(ways.joined(separator: ", "))")
    }
    if let introspection = try value.optional("introspection") {
      return .introspection(try Self.introspection(introspection, policy))
    }
    let interval = try value.optional("jwks_refresh")?.duration(in: .seconds(30) ... .seconds(86_400))
    return .keys(try keySource(value, policy), refreshedEvery: interval ?? .seconds(600))
  }

  private static func keySource(
    _ value: StructuredValue, _ policy: DestinationPolicy
  ) throws(ConfigurationError) -> KeySetSource {
    if let file = try value.optional("jwks_file") { return .file(try file.text()) }
    if let uri = try value.optional("jwks_uri") { return .url(try url(uri, policy)) }
    return .discovery(try url(value.required("issuer"), policy))
  }

  private static func introspection(
    _ value: StructuredValue, _ policy: DestinationPolicy
  ) throws(ConfigurationError) -> Introspection {
    try value.allowOnly(["endpoint", "client_id", "client_secret_file", "opaque_tokens"])
    return Introspection(
      endpoint: try url(value.required("endpoint"), policy), clientID: try value.required("client_id").text(),
      clientSecret: try value.required("client_secret_file").parsed(secret),
      takesOpaqueTokens: try value.optional("opaque_tokens")?.boolean() ?? true)
  }

  private static func secret(in path: String) throws -> String {
    String(decoding: try PrivateFile.read(path).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private static func url(
    _ value: StructuredValue, _ policy: DestinationPolicy
  ) throws(ConfigurationError) -> HTTPURL {
    try value.parsed { text in
      let url = try HTTPURL(parsing: text)
      try policy.check(url)
      return url
    }
  }
}
