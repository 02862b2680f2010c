package import JSON
package import SharedSignals

/// An event as a producer submits it, checked against its type's schema:
///
///     {"type": "session-revoked", "subject": {"format": "email", "email": "jane@example.com"},
///      "members": {"initiating_entity": "policy"}, "txn": "ticket-4711"}
///
/// `type` is an event type's URI or a known short name; `members` and `txn` may be left out.
package struct EventSubmission: Sendable {
  package let type: EventType
  package let subject: SubjectIdentifier
  package let members: JSONObject
  package let transactionID: String?

  private static let knownMembers: Set<String> = ["type", "subject", "members", "txn"]
  private static let longestTransactionID = 256

  /// - Parameters:
  ///   - pointer: where the submission stands in the request, for the errors.
  ///   - policy: what is asked beyond the type's schema.
  /// - Throws: `SubmissionError` with every fault that was found.
  package init(
    _ json: JSONValue, at pointer: JSONPointer = .root, under policy: EventPolicy = EventPolicy()
  ) throws(SubmissionError) {
    guard let object = json.objectValue else {
      throw SubmissionError(pointer, "must be an object with the members type and subject")
    }
    try Self.refuseUnknownMembers(of: object, at: pointer)
    type = try Self.type(object["type"], at: pointer.appending("type"))
    subject = try Self.subject(object["subject"], at: pointer.appending("subject"))
    members = try Self.members(object["members"], at: pointer.appending("members"))
    transactionID = try Self.transactionID(object["txn"], at: pointer.appending("txn"))
    try check(under: policy, at: pointer)
  }

  /// A misspelt member would silently change what is told to receivers.
  private static func refuseUnknownMembers(
    of object: JSONObject, at pointer: JSONPointer
  ) throws(SubmissionError) {
    let faults = object.names.filter { !knownMembers.contains($0) }.map { name in
      SubmissionError.Fault(
        pointer: pointer.appending(name),
        text: "is not a member of a submission (type, subject, members, txn); an event's own go into members")
    }
    if !faults.isEmpty { throw SubmissionError(faults: faults) }
  }

  private static func type(_ json: JSONValue?, at pointer: JSONPointer) throws(SubmissionError) -> EventType {
    guard let name = json?.stringValue else {
      throw SubmissionError(
        pointer, "must be the URI or the short name of an event type, such as session-revoked")
    }
    do {
      let type = try EventType(shortOrURI: name)
      guard type != .verification, type != .streamUpdated else {
        throw SubmissionError(
          pointer, "is made by the transmitter itself; to verify a stream use its verification endpoint")
      }
      return type
    } catch let error as SubmissionError {
      throw error
    } catch {
      throw SubmissionError(pointer, "\(error)")
    }
  }

  private static func subject(
    _ json: JSONValue?, at pointer: JSONPointer
  ) throws(SubmissionError) -> SubjectIdentifier {
    guard let json else {
      throw SubmissionError(
        pointer, "is missing; say whom the event is about, such as {\"format\":\"email\",…}")
    }
    do {
      return try SubjectIdentifier(json: json, at: pointer)
    } catch {
      throw SubmissionError(error.pointer, error.message)
    }
  }

  private static func members(_ json: JSONValue?, at pointer: JSONPointer) throws(SubmissionError)
    -> JSONObject
  {
    guard let json else { return [:] }
    guard let members = json.objectValue else { throw SubmissionError(pointer, "must be an object") }
    return members
  }

  private static func transactionID(
    _ json: JSONValue?, at pointer: JSONPointer
  ) throws(SubmissionError) -> String? {
    guard let json else { return nil }
    guard let text = json.stringValue, (1...longestTransactionID).contains(text.utf8.count) else {
      throw SubmissionError(pointer, "must be a string of 1 to \(longestTransactionID) bytes")
    }
    return text
  }

  private func check(under policy: EventPolicy, at pointer: JSONPointer) throws(SubmissionError) {
    let violations = EventCatalog.schema(for: type).validate(members: members, subject: subject)
    var faults = violations.map { violation in
      SubmissionError.Fault(pointer: pointer.appending(violation.pointer), text: violation.message)
    }
    if policy.requiresReason(of: type), members["reason_admin"] == nil {
      faults.append(
        SubmissionError.Fault(
          pointer: pointer.appending("members").appending("reason_admin"),
          text: "is missing; say why, such as {\"en\":\"…\"} (events.require_reason_admin)"))
    }
    if !faults.isEmpty { throw SubmissionError(faults: faults) }
  }
}

/// What is wrong with a submission: each fault with the member it is about.
package struct SubmissionError: Error, CustomStringConvertible {
  /// One thing that is wrong, and where in the submission.
  package struct Fault: Hashable, Sendable {
    package let pointer: JSONPointer
    package let text: String
  }

  package let faults: [Fault]

  init(faults: [Fault]) {
    self.faults = faults
  }

  init(_ pointer: JSONPointer, _ text: String) {
    faults = [Fault(pointer: pointer, text: text)]
  }

  package var description: String {
    faults.map { "\($0.pointer): \($0.text)" }.joined(separator: "; ")
  }
}
