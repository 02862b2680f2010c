package import HTTP
package import HTTPServer
package import IdentitySources
package import Transmitter

/// Everything receivers see: discovery, keys, and the management of their streams, in every dialect.
package struct PublicAPI: Sendable {
  private static let dialects = [Dialect.standard, .okta, .sailPoint]

  private let pipeline: RequestPipeline

  /// - Throws: `SerializationError` if the issuer cannot stand in a response.
  package init(
    issuer: HTTPURL, registry: StreamRegistry, access: AccessDirectory, authority: TokenAuthority,
    tokens: AuthorizationServer, proofs: ProofDesk, keys: KeyRing, polls: PollDesk,
    identitySources: IdentitySourceParts, limits: ServerLimits,
    rateLimits: RateLimits,
    environment: Environment
  ) throws {
    let urls = IssuerURLs(issuer: issuer)
    var router = Router<Endpoint>()
    for dialect in Self.dialects {
      try DocumentEndpoints(urls: urls, keys: keys, defaultSubjects: registry.policy.subjects.initial)
        .add(dialect, to: &router)
      StreamEndpoints(registry: registry, access: access, issuer: issuer, dialect: dialect).add(to: &router)
      SubjectEndpoints(registry: registry).add(dialect, to: &router)
    }
    PollEndpoint(desk: polls).add(to: &router)
    try TokenEndpoint(server: tokens, urls: urls, rateLimits: rateLimits, environment: environment)
      .add(to: &router)
    try OAuthDocuments(urls: urls, keys: keys, authority: authority).add(to: &router)
    SessionEndpoints(parts: identitySources).add(to: &router)
    UploadEndpoints(parts: identitySources).add(to: &router)
    UserEndpoints(identities: identitySources.identities).add(to: &router)
    router.add(.get, "/healthz", HealthEndpoints.alive)
    pipeline = RequestPipeline(
      router: router, dialects: DialectTable(Self.dialects + TokenEndpoint.dialects),
      authenticator: Authenticator(
        authority: authority, possession: PossessionCheck(desk: proofs, urls: urls), adminImpliesAll: false),
      prefix: urls.prefix, resourceMetadata: urls.resourceMetadata,
      limits: limits, rateLimits: rateLimits, environment: environment)
  }

  package var handler: ServerHandler { pipeline.handler }
}
