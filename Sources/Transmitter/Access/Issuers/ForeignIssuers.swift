package import HTTPClient
import JOSE

/// The issuers besides ourselves whose tokens are accepted: finds the one whose business a token is, and has it judged.
package struct ForeignIssuers: Sendable {
  private struct Desk: Sendable {
    let issuer: TrustedIssuer
    let means: Means
  }

  private enum Means: Sendable {
    case keys(IssuerKeys)
    case introspector(Introspector)
  }

  /// The longest answer of an issuer that is read, in bytes.
  package static let longestDocument = KeySetSource.maximumBytes

  private let desks: [Desk]
  private let environment: Environment

  /// - Parameters:
  ///   - issuers: with names and identifiers of their own; at most one takes opaque tokens.
  ///   - http: fetches keys and introspects; where it may go is its policy's to say.
  package init(_ issuers: [TrustedIssuer], http: HTTPClient, environment: Environment) {
    self.environment = environment
    desks = issuers.map { issuer in
      let means: Means =
        switch issuer.proof {
        case .keys(let source, let interval):
          .keys(
            IssuerKeys(of: issuer.name, from: source, every: interval, http: http, environment: environment))
        case .introspection(let introspection):
          .introspector(
            Introspector(introspection, rules: issuer.rules, http: http, environment: environment))
        }
      return Desk(issuer: issuer, means: means)
    }
  }

  /// The `iss` of each.
  var identifiers: [String] { desks.map(\.issuer.issuer) }

  /// What a client of such an issuer was granted.
  struct Finding {
    let issuer: TrustedIssuer
    let grant: AccessGrant
  }

  /// Judges a token that says to be of the issuer `named`; one that names none if that is nil.
  func judge(_ token: String, issuedBy named: String?) async throws(AuthenticationFailure) -> Finding {
    let desk = desks.first { desk in
      named.map { $0 == desk.issuer.issuer } ?? desk.issuer.takesOpaqueTokens
    }
    guard let desk else {
      throw .invalid(named.map { "iss is \($0.forLog)" } ?? "no issuer takes opaque tokens")
    }
    let grant =
      switch desk.means {
      case .keys(let keys): try await judge(token, by: keys, desk.issuer.rules)
      case .introspector(let introspector): try await introspector.grant(for: token)
      }
    return Finding(issuer: desk.issuer, grant: grant)
  }

  private func judge(
    _ token: String, by keys: IssuerKeys, _ rules: AccessTokenRules
  ) async throws(AuthenticationFailure) -> AccessGrant {
    let token = try CompactJWS(accessToken: token)
    try rules.check(token.header)
    try await keys.verify(token, allowing: rules.algorithms)
    return try rules.grant(of: AccessTokenClaims(parsing: token.payload), at: environment.now())
  }
}

extension ForeignIssuers {
  /// Fetches keys by schedule until its task is cancelled.
  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      for case .keys(let keys) in desks.map(\.means) { group.addTask { await keys.run() } }
    }
  }

  /// How it stands with the keys of an issuer.
  package struct Health: Sendable {
    /// The issuer's.
    package let name: String
    /// Why none of its tokens can be judged; nil if they can.
    package let problem: @Sendable () -> String?
    /// What is not as it should be, but does no harm yet.
    package let warning: @Sendable () -> String?
  }

  /// For each issuer whose keys are fetched.
  package var health: [Health] {
    desks.compactMap { desk in
      guard case .keys(let keys) = desk.means else { return nil }
      return Health(name: desk.issuer.name, problem: { keys.problem }, warning: { keys.warning })
    }
  }
}

extension CompactJWS {
  /// Reads an access token; nothing of it is believed yet.
  init(accessToken text: String) throws(AuthenticationFailure) {
    do throws(JOSEError) {
      try self.init(parsing: Array(text.utf8))
    } catch {
      throw .invalid(error.description)
    }
  }
}
