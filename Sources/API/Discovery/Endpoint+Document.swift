import HTTP
import JSON

extension Endpoint {
  /// A public document that does not change: rendered once, answered as it is.
  static func document(_ json: JSONValue, mediaType: String) throws -> Endpoint {
    let prepared = try PreparedResponse(.document(json, mediaType: mediaType, maxAge: .seconds(3600)))
    return Endpoint(.anyone) { _ in Response(prepared: prepared) }
  }
}

extension Response {
  /// A public document that receivers may keep for `maxAge`.
  static func document(_ json: JSONValue, mediaType: String, maxAge: Duration) -> Response {
    Response(
      status: .ok,
      fields: [
        "Content-Type": mediaType,
        "Cache-Control": "public, max-age=\(maxAge.components.seconds)",
      ],
      body: json.serialized())
  }
}
