import JSON

/// What a stored subject is found by: the whole of it, or, if it is complex, some of its fields.
///
/// Two subjects of one shape have the same key over the same fields exactly if these fields are identical.
package struct SubjectKey: Hashable, Sendable {
  /// The shape of the stored subject.
  package let shape: SubjectShape
  /// Whether the key covers all of the stored subject, so that only identical subjects have it.
  package let isWhole: Bool
  private let covered: JSONValue

  /// The key of a whole subject.
  init(whole subject: SubjectIdentifier) {
    shape = subject.shape
    isWhole = true
    covered = shape.fields.map { Self.values(of: $0, in: subject) } ?? subject.json
  }

  /// The key that a complex subject has over some of its fields, as one of this shape is stored.
  init(over fields: [String], of subject: SubjectIdentifier, storedAs shape: SubjectShape) {
    self.shape = shape
    isWhole = fields.count == shape.fields?.count
    covered = Self.values(of: fields, in: subject)
  }

  /// Equal for equal keys and for no others: canonical JSON that names the fields.
  package var bytes: [UInt8] {
    JSONValue.array([shape.json, covered]).serialized(.canonical)
  }

  private static func values(of fields: [String], in subject: SubjectIdentifier) -> JSONValue {
    var values = JSONObject()
    for field in fields { values[field] = subject.json[field] }
    return .object(values)
  }
}
