/// What a body and its chunked coding may take at most.
struct BodyLimits: Sendable {
  var bytes: Int
  var chunkExtensionBytes: Int
  var trailerBytes: Int
  var trailerFields: Int
}
