/// The place of a value within a document, as the path of names and indices that leads to it (RFC 6901).
package struct JSONPointer: Sendable {
  /// Member names and decimal element indices, unescaped, outermost first.
  private var tokens: [String]

  private init(tokens: [String]) {
    self.tokens = tokens
  }

  /// The whole document; its description is the empty string.
  package static let root = JSONPointer(tokens: [])

  /// The member `name` of the object at this place.
  package func appending(_ name: String) -> JSONPointer {
    JSONPointer(tokens: tokens + [name])
  }

  /// The place `inner` within the value at this place.
  package func appending(_ inner: JSONPointer) -> JSONPointer {
    JSONPointer(tokens: tokens + inner.tokens)
  }

  /// The place of the value around this one; `nil` for the whole document.
  var parent: JSONPointer? {
    tokens.isEmpty ? nil : JSONPointer(tokens: tokens.dropLast())
  }

  /// The element at the zero-based `index` of the array at this place.
  package func appending(_ index: Int) -> JSONPointer {
    appending(String(index))
  }
}

extension JSONPointer: Hashable {
  package static func == (left: JSONPointer, right: JSONPointer) -> Bool {
    left.tokens.elementsEqual(right.tokens) { CodeUnits($0) == CodeUnits($1) }
  }

  package func hash(into hasher: inout Hasher) {
    for token in tokens {
      hasher.combine(CodeUnits(token))
    }
  }
}

extension JSONPointer: ExpressibleByArrayLiteral {
  package init(arrayLiteral names: String...) {
    self.init(tokens: names)
  }
}

extension JSONPointer: CustomStringConvertible {
  /// The pointer in string form: each token behind a `/`, with `~` as `~0` and `/` as `~1` (RFC 6901 §3).
  package var description: String {
    var text: [UInt8] = []
    for token in tokens {
      text.append(UInt8(ascii: "/"))
      for byte in token.utf8 {
        switch byte {
        case UInt8(ascii: "~"): text += "~0".utf8
        case UInt8(ascii: "/"): text += "~1".utf8
        default: text.append(byte)
        }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
