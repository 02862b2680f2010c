/// A parsed document that remembers where its values stand in the text, so that whoever reads it can say which
/// line is wrong: meant for configuration files, as it costs several times the plain parse.
package struct JSONDocument: Sendable {
  package let value: JSONValue
  private let bytes: [UInt8]
  private let offsets: [JSONPointer: Int]

  /// - Throws: `JSONSyntaxError` if the bytes are no document that `options` allow.
  package init(parsing bytes: [UInt8], options: JSONParser.Options = .strict) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes, options: options, trail: JSONTrail())
    self.value = try parser.parseDocument()
    self.bytes = bytes
    self.offsets = parser.trail?.offsets ?? [:]
  }

  /// Where the member's name, the element or the root value at `pointer` begins; `nil` if there is no such value.
  package func position(of pointer: JSONPointer) -> JSONPosition? {
    offsets[pointer].map { JSONPosition(offset: $0, in: bytes) }
  }

  /// Where the value at `pointer` begins or, if there is none, the innermost value around that place: what is
  /// missing is told by what it is missing from.
  package func position(around pointer: JSONPointer) -> JSONPosition? {
    position(of: pointer) ?? pointer.parent.flatMap(position(around:))
  }
}
