import JSON
import SharedSignals
import Transmitter

/// Reads filters. `not` binds closest, then `and`, then `or`; operators and words are read in any case.
struct FilterParser {
  private static let longestFilter = 4096
  private static let deepest = 32

  private var lexer: FilterLexer
  private var token: FilterToken
  private var table: AttributeTable
  private var depth = 0

  /// Parses a filter; the attributes that it names are entered into `table`.
  ///
  /// - Throws: `FilterError`; then `table` is unchanged.
  static func parse(_ text: String, entering table: inout AttributeTable) throws(FilterError) -> Filter {
    guard text.utf8.count <= longestFilter else {
      throw FilterError(character: 1, message: "a filter has at most \(longestFilter) bytes; split the rule")
    }
    var parser = try FilterParser(text, table)
    let filter = try parser.disjunction()
    guard parser.token.kind == .end else {
      throw parser.error("expected and, or, or the end of the filter")
    }
    table = parser.table
    return filter
  }

  private init(_ text: String, _ table: AttributeTable) throws(FilterError) {
    lexer = FilterLexer(text)
    self.table = table
    token = try lexer.next()
  }

  // MARK: - Expressions

  private mutating func disjunction() throws(FilterError) -> Filter {
    var filters = [try conjunction()]
    while try skip(word: "or") { filters.append(try conjunction()) }
    return filters.count == 1 ? filters[0] : .any(filters)
  }

  private mutating func conjunction() throws(FilterError) -> Filter {
    var filters = [try term()]
    while try skip(word: "and") { filters.append(try term()) }
    return filters.count == 1 ? filters[0] : .all(filters)
  }

  private mutating func term() throws(FilterError) -> Filter {
    if try skip(word: "not") {
      guard token.kind == .open else { throw error("not is followed by a filter in parentheses") }
      return .not(try group())
    }
    return token.kind == .open ? try group() : try attributeTest()
  }

  private mutating func group() throws(FilterError) -> Filter {
    depth += 1
    guard depth <= Self.deepest else { throw error("more than \(Self.deepest) parentheses are open") }
    try advance()
    let filter = try disjunction()
    guard token.kind == .close else { throw error("expected and, or, or a closing parenthesis") }
    try advance()
    depth -= 1
    return filter
  }

  private mutating func attributeTest() throws(FilterError) -> Filter {
    let place = try attribute()
    guard case .word(let name) = token.kind else { throw error(Self.expectedOperator) }
    if name.lowercased() == "pr" {
      try advance()
      return .present(place)
    }
    guard let comparison = Comparison.Operator(rawValue: name.lowercased()) else {
      throw error("'\(name)' is no operator; \(Self.expectedOperator)")
    }
    try advance()
    return .comparison(place, Comparison(operator: comparison, operand: try operand(of: comparison)))
  }

  private static let expectedOperator =
    "expected pr, " + Comparison.Operator.allCases.map(\.rawValue).joined(separator: ", ")

  // MARK: - Attributes and values

  private mutating func attribute() throws(FilterError) -> Int {
    guard case .word(let name) = token.kind else {
      throw error("expected an attribute, such as new.status")
    }
    do {
      let place = table.place(of: try AttributePath(name))
      try advance()
      return place
    } catch let fault as AttributePathError {
      throw error(fault.description)
    } catch let fault as FilterError {
      throw fault
    } catch {
      throw self.error("\(error)")
    }
  }

  private mutating func operand(
    of comparison: Comparison.Operator
  ) throws(FilterError) -> Comparison.Operand {
    guard let operand = value() else {
      throw error("expected a value: a text in double quotes, a number, true, false or null")
    }
    guard comparison.accepts(operand) else {
      throw error("\(comparison.rawValue) does not go with this value; texts stand in double quotes")
    }
    try advance()
    return operand
  }

  private func value() -> Comparison.Operand? {
    switch token.kind {
    case .string(let text): .text(FoldedText(text), time: Timestamp(text))
    case .word("true"): .flag(true)
    case .word("false"): .flag(false)
    case .word("null"): .null
    case .word(let text): Self.number(text).map { .number($0) }
    case .open, .close, .end: nil
    }
  }

  /// A number as JSON writes it: `Double` alone would take nan, inf and hexadecimal for numbers.
  private static func number(_ text: String) -> Double? {
    switch try? JSONValue(parsing: Array(text.utf8)) {
    case .integer, .number: Double(text)
    default: nil
    }
  }

  // MARK: - Tokens

  private mutating func advance() throws(FilterError) {
    token = try lexer.next()
  }

  private mutating func skip(word: String) throws(FilterError) -> Bool {
    guard case .word(let text) = token.kind, text.lowercased() == word else { return false }
    try advance()
    return true
  }

  private func error(_ message: String) -> FilterError {
    lexer.error(at: token.offset, message)
  }
}
