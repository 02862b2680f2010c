/// The name of a way to identify a subject: those of RFC 9493 §3.2, those SSF 1.0 §3.3 and §3.5 add, and any name
/// that transmitter and receiver agreed on.
package struct SubjectFormat: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package static let account = SubjectFormat(rawValue: "account")
  package static let email = SubjectFormat(rawValue: "email")
  package static let issSub = SubjectFormat(rawValue: "iss_sub")
  package static let opaque = SubjectFormat(rawValue: "opaque")
  package static let phoneNumber = SubjectFormat(rawValue: "phone_number")
  package static let did = SubjectFormat(rawValue: "did")
  package static let uri = SubjectFormat(rawValue: "uri")
  package static let aliases = SubjectFormat(rawValue: "aliases")
  package static let jwtID = SubjectFormat(rawValue: "jwt_id")
  package static let samlAssertionID = SubjectFormat(rawValue: "saml_assertion_id")
  package static let ipAddresses = SubjectFormat(rawValue: "ip-addresses")
  package static let complex = SubjectFormat(rawValue: "complex")

  /// The formats whose members we know.
  package static let known: [SubjectFormat] = [
    account, email, issSub, opaque, phoneNumber, did, uri, aliases, jwtID, samlAssertionID, ipAddresses,
    complex,
  ]

  package var description: String { rawValue }

  /// Whether a name that is not registered cannot be taken by someone else's (RFC 9493 §3): it carries a domain
  /// or is a URI.
  var isCollisionResistant: Bool {
    rawValue.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
  }
}
