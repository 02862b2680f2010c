/// A request method (RFC 9110 §9). Names are case-sensitive; those below are the ones the server knows.
package struct HTTPMethod: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package static let get = HTTPMethod(rawValue: "GET")
  package static let head = HTTPMethod(rawValue: "HEAD")
  package static let post = HTTPMethod(rawValue: "POST")
  package static let put = HTTPMethod(rawValue: "PUT")
  package static let patch = HTTPMethod(rawValue: "PATCH")
  package static let delete = HTTPMethod(rawValue: "DELETE")
  package static let options = HTTPMethod(rawValue: "OPTIONS")

  /// Every method the request parser lets pass; any other well-formed name is answered 501.
  package static let known: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options]

  package var description: String { rawValue }

  /// The known method with exactly this name; makes no string.
  static func known(named name: some Collection<UInt8>) -> HTTPMethod? {
    known.first { $0.rawValue.utf8.elementsEqual(name) }
  }
}
