/// Says whom an access token stands for, whoever issued it: the one place where tokens are judged.
package struct TokenAuthority: Sendable {
  private let directory: AccessDirectory
  private let own: OwnTokens
  private let foreign: ForeignIssuers?
  private let environment: Environment

  /// - Parameter foreign: nil where only our own tokens are good.
  package init(
    directory: AccessDirectory, own: OwnTokens, foreign: ForeignIssuers?, environment: Environment
  ) {
    self.directory = directory
    self.own = own
    self.foreign = foreign
    self.environment = environment
  }

  /// For places where nobody else's word counts.
  package var withoutForeignIssuers: TokenAuthority {
    TokenAuthority(directory: directory, own: own, foreign: nil, environment: environment)
  }

  /// The identifiers of the issuers whose tokens are good, ourselves first.
  package var issuers: [String] { [own.rules.issuer] + (foreign?.identifiers ?? []) }

  /// Whom a token stands for.
  ///
  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone.
  package func principal(presenting token: String) async throws(AuthenticationFailure) -> Principal {
    switch try PresentedToken(token) {
    case .static: try staticPrincipal(presenting: token)
    case .jwt(own.rules.issuer): try ownClient(own.judge(token, at: environment.now()))
    case .jwt(let issuer): try await foreignClient(presenting: token, of: issuer)
    case .opaque: try await foreignClient(presenting: token, of: nil)
    }
  }

  private func staticPrincipal(presenting token: String) throws(AuthenticationFailure) -> Principal {
    guard let principal = directory.principal(presenting: token) else {
      throw .invalid("no static token of this text is live")
    }
    return principal
  }

  private func ownClient(_ finding: OwnTokens.Finding) throws(AuthenticationFailure) -> Principal {
    let grant = finding.grant
    let client = directory.client(
      grant.clientID, created: finding.clientCreated, holding: finding.credential)
    guard let client else {
      throw .invalid("the client \(grant.clientID.forLog), or what it got the token with, is gone")
    }
    return Principal(client, holding: grant)
  }

  private func foreignClient(
    presenting token: String, of issuer: String?
  ) async throws(AuthenticationFailure) -> Principal {
    guard let foreign else { throw .invalid("only our own tokens are good here") }
    let finding = try await foreign.judge(token, issuedBy: issuer)
    let id = try finding.issuer.clients.localID(of: finding.grant.clientID)
    if let client = directory.knownClient(id) {
      return Principal(client, holding: finding.grant)
    }
    guard !finding.issuer.admitsOnlyRegistered else { throw .invalid("the client \(id) is not registered") }
    return Principal(unregistered: id, of: finding.issuer.name, holding: finding.grant)
  }
}

extension Principal {
  /// A client that is registered here may be granted no more than it may have here.
  fileprivate init(_ client: Client, holding grant: AccessGrant) {
    self.init(
      clientID: client.id, audience: client.audience, scopes: grant.scopes.intersection(client.scopes),
      keyThumbprint: grant.keyThumbprint)
  }

  fileprivate init(unregistered id: String, of issuer: String, holding grant: AccessGrant) {
    self.init(
      clientID: id, audience: nil, scopes: grant.scopes, keyThumbprint: grant.keyThumbprint,
      unregisteredClientOf: issuer)
  }
}
