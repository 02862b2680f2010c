package import JSON

extension MemberShape {
  /// What is wrong with the value of the member `name`; empty if nothing is.
  package func violations(of value: JSONValue, named name: String, at pointer: JSONPointer) -> [Violation] {
    switch (self, value) {
    case (.text, .string): []
    case (.open, .string(let text)) where !text.isEmpty: []
    case (.closed(let values), .string(let text)):
      Self.spellingViolations(of: text, among: values, named: name, at: pointer)
    case (.texts, .array(let items)): Self.itemViolations(of: items, named: name, at: pointer)
    case (.timestamp, .integer(let seconds)):
      Self.unitViolations(of: Double(seconds), written: "\(seconds)", named: name, at: pointer)
    case (.timestamp, .number(let text)):
      Self.unitViolations(of: Double(text) ?? .infinity, written: text, named: name, at: pointer)
    case (.localizedText, .object(let texts)) where !texts.isEmpty:
      texts.flatMap { Self.languageViolations(of: $0.value, tag: $0.name, named: name, at: pointer) }
    case (.claims, .object(let claims)) where !claims.isEmpty: []
    default: [Violation(pointer, "\(name) must be \(expectation), but is \(value.kind)")]
    }
  }

  private static func spellingViolations(
    of text: String, among values: [String], named name: String, at pointer: JSONPointer
  ) -> [Violation] {
    guard !values.contains(text) else { return [] }
    let hint = values.nearest(to: text).map { "; did you mean \($0)?" } ?? ""
    return [
      Violation(
        pointer,
        "\(name) must be \(closed(values).expectation), but is \(JSONValue.string(text).excerpt)\(hint)")
    ]
  }

  private static func itemViolations(
    of items: [JSONValue], named name: String, at pointer: JSONPointer
  ) -> [Violation] {
    items.enumerated().flatMap { index, item in
      text.violations(of: item, named: "item \(index) of \(name)", at: pointer.appending(index))
    }
  }

  /// The largest number still read as seconds (the year 5138); in milliseconds it was passed in 1973.
  private static let latestSeconds = 100_000_000_000.0

  private static func unitViolations(
    of seconds: Double, written: String, named name: String, at pointer: JSONPointer
  ) -> [Violation] {
    guard seconds.magnitude >= latestSeconds else { return [] }
    let remedy = "\(written) has the size of milliseconds; divide it by 1000"
    return [Violation(pointer, "\(name) must be \(timestamp.expectation), but \(remedy)")]
  }

  private static func languageViolations(
    of value: JSONValue, tag: String, named name: String, at pointer: JSONPointer
  ) -> [Violation] {
    let pointer = pointer.appending(tag)
    guard LanguageTagSyntax.isLanguageTag(tag) else {
      let remedy = "use one such as en or es-410"
      return [Violation(pointer, "\"\(tag)\" in \(name) is not a BCP 47 language tag; \(remedy)")]
    }
    return text.violations(of: value, named: "the text for \"\(tag)\" in \(name)", at: pointer)
  }
}
