/// The header fields of a message, in order, duplicates kept; names are compared without regard to case
/// (RFC 9110 §5.1). Holds what it is given: the parsers check what arrives and the serializers what leaves.
package struct HTTPFields: Sendable, Hashable {
  /// One field line. Equal when names match without regard to case and values exactly.
  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    package static func == (left: Field, right: Field) -> Bool {
      left.isNamed(right.name) && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
      for byte in name.utf8 { hasher.combine(byte.asciiLowercased) }
      hasher.combine(value)
    }

    func isNamed(_ other: String) -> Bool { name.utf8.equalsIgnoringCase(other.utf8) }
  }

  private var lines: [Field] = []

  package init() {}

  /// The value of the first field of that name. Setting replaces all fields of that name by one, at the place
  /// of the first; setting `nil` removes them.
  package subscript(name: String) -> String? {
    get { lines.first { $0.isNamed(name) }?.value }
    set { replace(name, with: newValue) }
  }

  /// The values of all fields of that name, in the order received.
  package func values(of name: String) -> [String] {
    lines.compactMap { $0.isNamed(name) ? $0.value : nil }
  }

  /// Adds a field behind the others, beside any of the same name.
  package mutating func append(_ name: String, _ value: String) {
    lines.append(Field(name: name, value: value))
  }

  mutating func reserveCapacity(_ count: Int) {
    lines.reserveCapacity(count)
  }

  private mutating func replace(_ name: String, with value: String?) {
    let place = lines.firstIndex { $0.isNamed(name) } ?? lines.endIndex
    lines.removeAll { $0.isNamed(name) }
    if let value { lines.insert(Field(name: name, value: value), at: place) }
  }
}

extension HTTPFields: Sequence {
  package func makeIterator() -> IndexingIterator<[Field]> { lines.makeIterator() }

  package var count: Int { lines.count }
  package var isEmpty: Bool { lines.isEmpty }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }
}

extension HTTPFields {
  /// How often a field that may stand once does stand in a message.
  enum Occurrence {
    case none
    case once(String)
    case repeated
  }

  func occurrence(of name: String) -> Occurrence {
    var found: String?
    for field in lines where field.isNamed(name) {
      guard found == nil else { return .repeated }
      found = field.value
    }
    return found.map(Occurrence.once) ?? .none
  }

  /// Whether `member` stands in the comma-separated list that the fields of that name make up
  /// (RFC 9110 §5.6.1), without regard to case.
  func list(_ name: String, contains member: String) -> Bool {
    lines.contains { field in
      field.isNamed(name)
        && field.value.utf8.split(separator: UInt8(ascii: ","))
          .contains { $0.trimmingBlanks.equalsIgnoringCase(member.utf8) }
    }
  }
}
