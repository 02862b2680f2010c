/// Writes field lines and refuses what could be read as more than one line (RFC 9110 §5.5).
enum FieldSerializer {
  /// - Parameter reserved: names that the caller writes itself.
  static func append(
    _ fields: HTTPFields, reserved: [String], to output: inout [UInt8]
  ) throws(SerializationError) {
    for field in fields {
      try check(field, reserved: reserved)
      append(field.name, field.value, to: &output)
    }
  }

  static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
    output.append(contentsOf: name.utf8)
    output.append(contentsOf: ": ".utf8)
    output.append(contentsOf: value.utf8)
    output.append(contentsOf: "\r\n".utf8)
  }

  static func appendContentLength(_ length: Int, to output: inout [UInt8]) {
    output.append(contentsOf: "Content-Length: ".utf8)
    output.append(decimal: length)
    output.append(contentsOf: "\r\n".utf8)
  }

  private static func check(_ field: HTTPFields.Field, reserved: [String]) throws(SerializationError) {
    guard field.name.utf8.isToken else { throw .malformedName(field.name) }
    guard !field.value.utf8.contains(where: \.isControl) else { throw .forbiddenValue(name: field.name) }
    guard !reserved.contains(where: field.isNamed) else { throw .reservedField(field.name) }
  }
}
