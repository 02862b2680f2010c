package import HTTP
package import HTTPServer
package import IdentitySources
package import Transmitter

/// Everything producers and administrators see, on a listener of its own, where only our own tokens are good.
package struct AdminAPI: Sendable {
  private let pipeline: RequestPipeline

  package init(
    issuer: HTTPURL, registry: StreamRegistry, access: AccessDirectory, authority: TokenAuthority,
    keys: KeyRing, intake: Intake, archive: DeliveryArchive, audit: AuditLog, backups: BackupDesk,
    identitySources: IdentitySourceParts, metrics: MetricsSources, readiness: ReadinessChecks,
    limits: ServerLimits, rateLimits: RateLimits, environment: Environment
  ) {
    var router = Router<Endpoint>()
    EventEndpoints(intake: intake, bodyLimit: limits.eventsBody).add(to: &router)
    ClientEndpoints(access: access, registry: registry).add(to: &router)
    TokenEndpoints(access: access).add(to: &router)
    SecretEndpoints(access: access).add(to: &router)
    StreamAdminEndpoints(
      registry: registry, dispatcher: metrics.dispatcher, keys: keys, events: intake.policy, issuer: issuer
    ).add(to: &router)
    DeliveryEndpoints(archive: archive).add(to: &router)
    AuditEndpoints(log: audit).add(to: &router)
    BackupEndpoints(desk: backups).add(to: &router)
    KeyEndpoints(ring: keys).add(to: &router)
    SourceAdminEndpoints(parts: identitySources).add(to: &router)
    ImportEndpoints(parts: identitySources, bodyLimit: limits.eventsBody).add(to: &router)
    MetricsEndpoint(sources: metrics).add(to: &router)
    router.add(.get, "/healthz", HealthEndpoints.alive)
    router.add(.get, "/readyz", HealthEndpoints.ready(readiness))
    pipeline = RequestPipeline(
      router: router,
      authenticator: Authenticator(
        authority: authority.withoutForeignIssuers, possession: nil, adminImpliesAll: true),
      prefix: "",
      limits: limits, rateLimits: rateLimits.withoutManagement, environment: environment)
  }

  package var handler: ServerHandler { pipeline.handler }
}
