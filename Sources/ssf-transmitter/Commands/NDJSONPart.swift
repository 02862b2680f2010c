import JSON

/// A part of newline-delimited JSON, cut at the ends of lines, that is small enough for one request.
struct NDJSONPart: Equatable {
  /// Half of what the daemon takes at once.
  static let mostBytes = 512 << 10

  let bytes: ArraySlice<UInt8>
  /// Counted from 1.
  let number: Int
  /// Lines of the whole input before this part.
  let linesBefore: Int

  /// The whole input in order; parts of blank lines alone are left out. A longer line than `mostBytes` is a part of
  /// its own: whether that is too long is for the daemon to say.
  static func parts(of input: [UInt8], atMost mostBytes: Int = mostBytes) -> [NDJSONPart] {
    var parts: [NDJSONPart] = []
    var rest = input[...]
    var lines = 0
    while !rest.isEmpty {
      let bytes = firstLines(of: rest, atMost: mostBytes)
      if bytes.contains(where: { !$0.isBlank }) {
        parts.append(NDJSONPart(bytes: bytes, number: parts.count + 1, linesBefore: lines))
      }
      lines += bytes.count { $0 == .newline }
      rest = rest[bytes.endIndex...]
    }
    return parts
  }

  private static func firstLines(of rest: ArraySlice<UInt8>, atMost mostBytes: Int) -> ArraySlice<UInt8> {
    guard rest.count > mostBytes else { return rest }
    let end = rest.prefix(mostBytes).lastIndex(of: .newline) ?? rest.firstIndex(of: .newline)
    return end.map { rest[...$0] } ?? rest
  }

  /// The key of this part where the whole input has one; a short input is sent under the key as it is.
  func idempotencyKey(_ key: String) -> String {
    number == 1 ? key : "\(key)/\(number)"
  }

  /// The daemon's results for this part, one to a line, with the line numbers of the whole input.
  func results(_ answer: [UInt8]) throws -> String {
    try answer.split(separator: .newline).map { line in
      var result = try JSONValue(parsing: line).objectValue ?? [:]
      result["line"] = result["line"]?.integerValue.map { .integer($0 + Int64(linesBefore)) }
      return JSONValue.object(result).line + "\n"
    }.joined()
  }
}

extension UInt8 {
  fileprivate static let newline = UInt8(ascii: "\n")

  fileprivate var isBlank: Bool { self <= 0x20 }
}
