package import HTTP
package import HTTPServer
import JOSE
import SharedSignals
package import Transmitter

/// Everything receivers see: discovery, keys, and the management of their streams.
package struct PublicAPI: Sendable {
  private let pipeline: RequestPipeline

  /// - Throws: `SerializationError` if the issuer cannot stand in a response.
  package init(
    issuer: HTTPURL, registry: StreamRegistry, access: AccessDirectory, keys: KeyRing, polls: PollDesk,
    limits: ServerLimits, environment: Environment
  ) throws {
    let urls = StandardURLs(issuer: issuer)
    var router = Router<Endpoint>()
    try Self.addDocuments(to: &router, urls: urls, keys: keys)
    StreamEndpoints(registry: registry, issuer: issuer).add(to: &router)
    PollEndpoint(desk: polls).add(to: &router)
    pipeline = RequestPipeline(
      router: router, authenticator: Authenticator(access: access, adminImpliesAll: false),
      prefix: urls.prefix, limits: limits, environment: environment)
  }

  package var handler: ServerHandler { pipeline.handler }

  private static func addDocuments(to router: inout Router<Endpoint>, urls: StandardURLs, keys: KeyRing)
    throws
  {
    let metadata = try Endpoint.document(urls.metadata.json, mediaType: "application/json")
    router.add(.get, StandardURLs.wellKnown, metadata)
    if !urls.prefix.isEmpty { router.add(.get, try urls.insertedWellKnown, metadata) }
    router.add(
      .get, StandardURLs.keySet, try .document(keys.published.json, mediaType: "application/jwk-set+json"))
    router.add(.get, "/healthz", HealthEndpoints.alive)
  }
}
