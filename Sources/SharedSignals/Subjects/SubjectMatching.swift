package import JSON

/// How a subject that a stream has stored bears on the subjects of events (SSF §8.1.3.1).
///
/// A simple subject matches only an identical one, and never a complex one, which the text leaves open. Matching is
/// expressed by keys, so that a stream's million subjects need not be looked at: whoever stores a subject keeps it
/// under ``storedKeys(for:)``, and an event asks for one key among all the stored subjects of one shape.
package enum SubjectMatching: Sendable {
  /// For a subject that was added: it matches if the two share at least one field and all that they share are
  /// identical. A missing field stands for any value, on either side; the text would even let subjects match that
  /// share nothing, which makes a narrow filter a broad one.
  case inclusion
  /// For a subject that was removed: it matches only if the event's subject has every field of it, identical, so
  /// that removing something narrow never silences something broad.
  case exclusion

  /// The most fields of a complex subject that can be stored: each set of fields has a key of its own.
  package static let mostFields = 5

  /// - Throws: `SubjectError` for a complex subject with too many fields to be stored.
  package static func checkSize(of subject: SubjectIdentifier, at pointer: JSONPointer) throws(SubjectError) {
    let count = subject.shape.fields?.count ?? 0
    guard count <= mostFields else {
      throw Violation(pointer, "has \(count) fields beside format; at most \(mostFields) can be kept")
    }
  }

  /// The keys to store a subject under, that of the whole subject first. The subject has passed
  /// ``checkSize(of:at:)``.
  package func storedKeys(for subject: SubjectIdentifier) -> [SubjectKey] {
    let whole = SubjectKey(whole: subject)
    guard self == .inclusion, let fields = whole.shape.fields else { return [whole] }
    precondition(fields.count <= Self.mostFields, "a subject of this size cannot be stored")
    let everyField = (1 << fields.count) - 1
    let parts = (1..<everyField).map { selection in
      let selected = fields.indices.filter { selection & (1 << $0) != 0 }.map { fields[$0] }
      return SubjectKey(over: selected, of: subject, storedAs: whole.shape)
    }
    return [whole] + parts
  }

  /// The one key under which those stored subjects of a shape are found that match an event's subject; nil if none
  /// can.
  package func lookUpKey(for subject: SubjectIdentifier, among shape: SubjectShape) -> SubjectKey? {
    guard let fields = shape.fields else {
      return subject.shape == .simple ? SubjectKey(whole: subject) : nil
    }
    guard subject.format == .complex else { return nil }
    let shared = fields.filter { subject.json[$0] != nil }
    let canMatch = self == .inclusion ? !shared.isEmpty : shared.count == fields.count
    return canMatch ? SubjectKey(over: shared, of: subject, storedAs: shape) : nil
  }
}
