import HTTP
import JOSE
import Synchronization
import Transmitter

extension Endpoint {
  /// The public keys of a purpose. Rendered once for each change of the ring, and answered as it is in between.
  static func keySet(_ ring: KeyRing, for purpose: SigningKey.Purpose, mediaType: String) -> Endpoint {
    let document = KeySetDocument(ring: ring, purpose: purpose, mediaType: mediaType)
    return Endpoint(.anyone) { _ in Response(prepared: try document.current) }
  }
}

/// A key set as it is answered, kept until the ring changes.
private final class KeySetDocument: Sendable {
  private struct Edition {
    let number: UInt64
    let response: PreparedResponse
  }

  private let ring: KeyRing
  private let purpose: SigningKey.Purpose
  private let mediaType: String
  private let kept = Mutex<Edition?>(nil)

  init(ring: KeyRing, purpose: SigningKey.Purpose, mediaType: String) {
    self.ring = ring
    self.purpose = purpose
    self.mediaType = mediaType
  }

  /// Under one lock, so that no late comer puts an older edition in the place of a newer.
  var current: PreparedResponse {
    get throws {
      try kept.withLock { kept in
        let number = ring.edition
        if let kept, kept.number == number { return kept.response }
        let response = try PreparedResponse(
          .document(ring.published(for: purpose).json, mediaType: mediaType, maxAge: ring.maxAge))
        kept = Edition(number: number, response: response)
        return response
      }
    }
  }
}
