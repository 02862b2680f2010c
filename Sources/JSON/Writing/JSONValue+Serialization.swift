extension JSONValue {
  /// The value as UTF-8 text.
  package func serialized(_ style: JSONStyle = .compact) -> [UInt8] {
    var bytes: [UInt8] = []
    serialize(style, into: &bytes)
    return bytes
  }

  /// Appends the value as UTF-8 text to `bytes`.
  package func serialize(_ style: JSONStyle = .compact, into bytes: inout [UInt8]) {
    var writer = JSONWriter(style: style)
    writer.write(self, into: &bytes)
  }

  /// The value as text.
  package func text(_ style: JSONStyle = .compact) -> String {
    String(decoding: serialized(style), as: UTF8.self)
  }
}
