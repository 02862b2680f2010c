import ArgumentParser
import JSON

/// The options that describe an event.
struct EventOptions: ParsableArguments {
  @Argument(help: "An event type's short name or URI; - to read NDJSON from standard input.") var type: String
  @Option(help: "The subject's e-mail address.") var email: String?
  @Option(help: "The subject as issuer and sub, separated by a space.") var issSub: String?
  @Option(help: "The subject as a JSON subject identifier.") var subject: String?
  @Option(help: ArgumentHelp("A member of the event; JSON or plain text.", valueName: "name=value"))
  var member: [String] = []
  @Option(help: "Why, for administrators, in English.") var reasonAdmin: String?
  @Option(help: "Why, for the user, in English.") var reasonUser: String?
  @Option(help: "Who began it: admin, user, policy or system.") var initiatingEntity: String?
  @Option(help: "The transaction that the event belongs to.") var txn: String?

  /// The submission that the flags describe.
  func submission() throws -> JSONValue {
    var members = JSONObject()
    for text in member {
      let (name, value) = try Self.pair(text)
      members[name] = value
    }
    members["initiating_entity"] = initiatingEntity.map(JSONValue.string)
    members["reason_admin"] = reasonAdmin.map { ["en": .string($0)] }
    members["reason_user"] = reasonUser.map { ["en": .string($0)] }
    var submission: JSONObject = ["type": .string(type), "subject": try subjectIdentifier()]
    if !members.isEmpty { submission["members"] = .object(members) }
    submission["txn"] = txn.map(JSONValue.string)
    return .object(submission)
  }

  private func subjectIdentifier() throws -> JSONValue {
    let given = [email, issSub, subject].compactMap(\.self)
    guard given.count == 1 else {
      throw ValidationError("say whom the event is about: one of --email, --iss-sub or --subject")
    }
    if let email { return ["format": "email", "email": .string(email)] }
    if let issSub { return try Self.issuerAndSubject(issSub) }
    do {
      return try JSONValue(parsing: Array(given[0].utf8))
    } catch {
      throw ValidationError("--subject is not valid JSON: \(error)")
    }
  }

  private static func issuerAndSubject(_ text: String) throws -> JSONValue {
    let parts = text.split(separator: " ")
    guard parts.count == 2 else {
      throw ValidationError("--iss-sub wants two parts, such as \"https://idp.example.com 1234\"")
    }
    return ["format": "iss_sub", "iss": .string(String(parts[0])), "sub": .string(String(parts[1]))]
  }

  /// What parses as JSON is JSON; anything else is text.
  private static func pair(_ text: String) throws -> (String, JSONValue) {
    guard let mark = text.firstIndex(of: "=") else {
      throw ValidationError("--member wants name=value, such as change_type=update")
    }
    let value = String(text[text.index(after: mark)...])
    return (String(text[..<mark]), (try? JSONValue(parsing: Array(value.utf8))) ?? .string(value))
  }
}
