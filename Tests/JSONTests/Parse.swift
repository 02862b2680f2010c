import JSON

func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
  try JSONValue(parsing: Array(text.utf8))
}

/// The error that parsing throws; `nil` if it succeeds.
func syntaxError(of bytes: [UInt8], options: JSONParser.Options = .strict) -> JSONSyntaxError? {
  do throws(JSONSyntaxError) {
    _ = try JSONValue(parsing: bytes, options: options)
    return nil
  } catch {
    return error
  }
}

func reason(of bytes: [UInt8], options: JSONParser.Options = .strict) -> JSONSyntaxError.Reason? {
  syntaxError(of: bytes, options: options)?.reason
}

func reason(of text: String, options: JSONParser.Options = .strict) -> JSONSyntaxError.Reason? {
  reason(of: Array(text.utf8), options: options)
}
