import HTTP
import JSON

extension Endpoint {
  /// Receivers may keep a public document this long; a new signing key is published at least as long before
  /// it signs.
  static let documentMaxAge = Duration.seconds(3600)

  /// A public document that does not change: rendered once, answered as it is.
  static func document(_ json: JSONValue, mediaType: String) throws -> Endpoint {
    let prepared = try PreparedResponse(
      Response(
        status: .ok,
        fields: [
          "Content-Type": mediaType,
          "Cache-Control": "public, max-age=\(documentMaxAge.components.seconds)",
        ],
        body: json.serialized()))
    return Endpoint(.anyone) { _ in Response(prepared: prepared) }
  }
}
