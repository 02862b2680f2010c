package import JSON

/// Why a subject identifier is refused, and at which place.
package typealias SubjectError = Violation

/// Whom or what an event is about: a Subject Identifier of RFC 9493, or a complex subject of SSF 1.0 §3.3.
///
/// A value of this type obeys its format. The JSON is kept as it was given, since bringing an identifier into a
/// canonical form is the recipient's business (RFC 9493 §3.2.2).
package struct SubjectIdentifier: Hashable, Sendable {
  /// The identifier as it was given.
  package let json: JSONValue
  package let format: SubjectFormat

  /// Takes an identifier that obeys its format: all members present, none that the format does not describe, each
  /// value by its rule. A format that no standard defines must have a collision-resistant name; its members are
  /// not looked at.
  ///
  /// - Parameter pointer: where the identifier stands in the document it came in, to name the place of a fault.
  package init(json: JSONValue, at pointer: JSONPointer) throws(SubjectError) {
    let examination = try SubjectExamination(of: json, at: pointer, as: .whole)
    try examination.checkMembers()
    self.json = json
    format = examination.format
  }

  /// The member `user` of a complex subject.
  package var user: JSONValue? {
    format == .complex ? json["user"] : nil
  }

  /// What the order of deliveries is kept by: events about the same user stay in order, whatever session or device
  /// they name besides.
  package var orderKeySource: JSONValue { user ?? json }
}

extension SubjectIdentifier {
  /// A mail address.
  package static func email(_ address: String) throws(SubjectError) -> SubjectIdentifier {
    try SubjectIdentifier(json: ["format": "email", "email": .string(address)], at: .root)
  }

  /// An identifier without structure, such as a stream's id.
  package static func opaque(_ id: String) throws(SubjectError) -> SubjectIdentifier {
    try SubjectIdentifier(json: ["format": "opaque", "id": .string(id)], at: .root)
  }

  /// The subject as the issuer of its tokens names it.
  package static func issSub(iss: String, sub: String) throws(SubjectError) -> SubjectIdentifier {
    try SubjectIdentifier(json: ["format": "iss_sub", "iss": .string(iss), "sub": .string(sub)], at: .root)
  }
}
