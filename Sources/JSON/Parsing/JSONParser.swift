/// A recursive-descent parser of RFC 8259 documents: one pass over the bytes, no look back.
///
/// It is strict, because what two readers understand differently is an attack on one of them: members with equal
/// names, malformed UTF-8, lone surrogates, byte order marks and anything behind the value are refused. It owns
/// the grammar of values, arrays and objects; strings, numbers and the space between tokens have files of their own.
package struct JSONParser {
  /// What a document may be.
  package struct Options: Hashable, Sendable {
    /// How many arrays and objects may stand open at once. The parser recurses, so this bounds its stack.
    package var maximumDepth: Int
    /// The largest document in bytes; `nil` for no limit.
    package var maximumBytes: Int?
    /// Whether `// …` and `/* … */` are space, and a comma may follow the last member or element: for files that
    /// people write, never for the wire.
    package var allowsCommentsAndTrailingCommas: Bool

    package init(
      maximumDepth: Int = 64, maximumBytes: Int? = nil, allowsCommentsAndTrailingCommas: Bool = false
    ) {
      self.maximumDepth = maximumDepth
      self.maximumBytes = maximumBytes
      self.allowsCommentsAndTrailingCommas = allowsCommentsAndTrailingCommas
    }

    /// RFC 8259 and nothing else.
    package static let strict = Options()
    /// As `strict`, with comments and trailing commas.
    package static let configuration = Options(allowsCommentsAndTrailingCommas: true)
  }

  let bytes: [UInt8]
  let options: Options
  /// The offset of the byte to read next.
  var index = 0
  private var depth = 0
  private(set) var trail: JSONTrail?

  /// - Parameter trail: where the place of each member and element is noted, if anyone wants to know.
  init(_ bytes: [UInt8], options: Options, trail: JSONTrail? = nil) {
    self.bytes = bytes
    self.options = options
    self.trail = trail
  }

  mutating func parseDocument() throws(JSONSyntaxError) -> JSONValue {
    if let limit = options.maximumBytes, bytes.count > limit { throw failure(.tooLarge(limit: limit)) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
    try skipSpace()
    trail?.note(offset: index)
    let value = try parseValue()
    try skipSpace()
    guard next == nil else { throw unexpected(expected: .endOfDocument) }
    return value
  }

  private mutating func parseValue() throws(JSONSyntaxError) -> JSONValue {
    guard let next else { throw unexpected(expected: .value) }
    return switch next {
    case UInt8(ascii: "\""): .string(try parseString())
    case UInt8(ascii: "{"): try parseObject()
    case UInt8(ascii: "["): try parseArray()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    case UInt8(ascii: "t"): try parseLiteral("true", as: true)
    case UInt8(ascii: "f"): try parseLiteral("false", as: false)
    case UInt8(ascii: "n"): try parseLiteral("null", as: nil)
    default: throw unexpected(expected: .value)
    }
  }

  private mutating func parseLiteral(
    _ word: String, as value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    for byte in word.utf8 {
      try skip(byte, expected: .literal)
    }
    return value
  }
}

// MARK: - Arrays and objects

extension JSONParser {
  private mutating func parseArray() throws(JSONSyntaxError) -> JSONValue {
    try open()
    var elements: [JSONValue] = []
    while try reachesItem(before: UInt8(ascii: "]"), isFirst: elements.isEmpty, expected: .commaOrBracket) {
      trail?.enter(String(elements.count), offset: index)
      elements.append(try parseValue())
      trail?.leave()
    }
    return .array(elements)
  }

  private mutating func parseObject() throws(JSONSyntaxError) -> JSONValue {
    try open()
    var object = JSONObject()
    while try reachesItem(before: UInt8(ascii: "}"), isFirst: object.isEmpty, expected: .commaOrBrace) {
      try parseMember(into: &object)
    }
    return .object(object)
  }

  private mutating func parseMember(into object: inout JSONObject) throws(JSONSyntaxError) {
    let start = index
    guard next == UInt8(ascii: "\"") else { throw unexpected(expected: .memberName) }
    let name = try parseString()
    try skipSpace()
    try skip(UInt8(ascii: ":"), expected: .colon)
    try skipSpace()
    trail?.enter(name, offset: start)
    let value = try parseValue()
    trail?.leave()
    guard object.append(name, value) else { throw failure(.duplicateMember(name), at: start) }
  }

  private mutating func open() throws(JSONSyntaxError) {
    guard depth < options.maximumDepth else { throw failure(.tooDeep(limit: options.maximumDepth)) }
    depth += 1
    index += 1
  }

  /// Moves to the next member or element of the container that stands open, and returns true; or past the
  /// container's `closing` byte, and returns false.
  private mutating func reachesItem(
    before closing: UInt8, isFirst: Bool, expected: JSONSyntaxError.Expectation
  ) throws(JSONSyntaxError) -> Bool {
    try skipSpace()
    if closes(with: closing) { return false }
    if isFirst { return true }
    try skip(UInt8(ascii: ","), expected: expected)
    try skipSpace()
    return !(options.allowsCommentsAndTrailingCommas && closes(with: closing))
  }

  private mutating func closes(with closing: UInt8) -> Bool {
    guard next == closing else { return false }
    depth -= 1
    index += 1
    return true
  }
}

// MARK: - Bytes and errors

extension JSONParser {
  /// The byte to read next; `nil` at the end.
  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skip(
    _ byte: UInt8, expected: JSONSyntaxError.Expectation
  ) throws(JSONSyntaxError) {
    guard next == byte else { throw unexpected(expected: expected) }
    index += 1
  }

  /// The error for the next byte, or for the end, at a place where something else had to come.
  func unexpected(expected: JSONSyntaxError.Expectation) -> JSONSyntaxError {
    if let next {
      failure(.unexpectedByte(next, expected: expected))
    } else {
      failure(.unexpectedEnd(expected: expected))
    }
  }

  /// - Parameter offset: where the fault begins; the next byte if not given.
  func failure(_ reason: JSONSyntaxError.Reason, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(position: JSONPosition(offset: offset ?? index, in: bytes), reason: reason)
  }
}
