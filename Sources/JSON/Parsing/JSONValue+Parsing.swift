extension JSONValue {
  /// Parses a whole document.
  ///
  /// - Throws: `JSONSyntaxError` if the bytes are no document that `options` allow.
  package init(parsing bytes: [UInt8], options: JSONParser.Options = .strict) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes, options: options)
    self = try parser.parseDocument()
  }

  /// As for an array; the bytes are copied first.
  package init(
    parsing bytes: ArraySlice<UInt8>, options: JSONParser.Options = .strict
  ) throws(JSONSyntaxError) {
    try self.init(parsing: Array(bytes), options: options)
  }
}
