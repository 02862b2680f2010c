package import JSON

/// A receiver's complaint about one SET: the body of its 400 to a push (RFC 8935 §2.3), or one value of `setErrs`
/// in a poll (RFC 8936 §2.6).
package struct SETErrorReport: Hashable, Sendable {
  package let code: SETErrorCode
  /// For people, in a language of the receiver's choice; receivers in the field leave it out.
  package let description: String?

  /// The complaint in this object; nil if its `err` is no error code.
  package init?(json: JSONValue) {
    guard let code = json["err"]?.stringValue.flatMap(SETErrorCode.init) else { return nil }
    self.code = code
    description = json["description"]?.stringValue
  }

  /// The complaint in the body of an answer; nil if the body is something else, such as a proxy's error page.
  package init?(body: [UInt8]) {
    guard let json = try? JSONValue(parsing: body) else { return nil }
    self.init(json: json)
  }
}
