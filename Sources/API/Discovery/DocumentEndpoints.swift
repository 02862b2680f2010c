import HTTP
import JOSE
import SharedSignals
import Transmitter

/// The documents by which a receiver finds its way: metadata (SSF §7) and public keys, for each family.
struct DocumentEndpoints: Sendable {
  let urls: IssuerURLs
  let keys: KeyRing
  /// What a new stream begins with.
  let defaultSubjects: DefaultSubjects

  func add(_ dialect: Dialect, to router: inout Router<Endpoint>) throws {
    try addMetadata(of: dialect, to: &router)
    let keySet = Endpoint.keySet(keys, for: .set, mediaType: dialect.keySetMediaType)
    for path in dialect.keySetPaths { router.add(.get, path, keySet) }
  }

  private func addMetadata(of dialect: Dialect, to router: inout Router<Endpoint>) throws {
    let metadata = try Endpoint.document(
      urls.metadata(of: dialect, defaultSubjects: defaultSubjects).json, mediaType: "application/json")
    for path in dialect.wellKnownPaths {
      router.add(.get, path, metadata)
      if !urls.prefix.isEmpty { router.add(.get, try urls.inserted(path), metadata) }
    }
  }
}
