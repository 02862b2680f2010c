package import JSON
import OpenSSL

/// What was and what is, as far as they differ. Nil stands for nothing there: a thing that was created has no
/// `before`, one that was deleted no `after`, and an act that changed no settings neither.
struct AuditChange: Sendable {
  let before: JSONObject?
  let after: JSONObject?

  init(before: JSONObject?, after: JSONObject?) {
    let same = Self.sameMembers(before, after)
    self.before = before.map { Self.shortened($0, without: same) }
    self.after = after.map { Self.shortened($0, without: same) }
  }

  /// Whether there was something before and nothing about it has changed.
  var isNone: Bool { before?.isEmpty ?? false && after?.isEmpty ?? false }

  private static func sameMembers(_ before: JSONObject?, _ after: JSONObject?) -> Set<String> {
    guard let before, let after else { return [] }
    return Set(before.names.filter { before[$0] == after[$0] })
  }

  private static func shortened(_ members: JSONObject, without same: Set<String>) -> JSONObject {
    var kept = JSONObject()
    for (name, value) in members where !same.contains(name) { kept[name] = shortened(value) }
    return kept
  }

  /// A longer value is represented by its digest: what a receiver sends must not swell a log that is kept for ever.
  private static let longestValue = 1024

  private static func shortened(_ value: JSONValue) -> JSONValue {
    let bytes = value.serialized(.canonical)
    guard bytes.count > longestValue else { return value }
    return [
      "bytes": .integer(Int64(bytes.count)), "sha256": .string(Hexadecimal.encode(SHA256.digest(bytes))),
    ]
  }
}

extension JSONValue {
  /// What the audit log shows of a secret: whether there is one, and whether it is another than before.
  static func masked(_ secret: String?, replacing earlier: String? = nil) -> JSONValue {
    guard let secret else { return .null }
    return earlier == nil || earlier == secret ? "(masked)" : "(masked, replaced)"
  }

  /// What the audit log shows of the name of a person, so that entries about one can be told from others.
  package static func digest(of name: String) -> JSONValue {
    .string(Hexadecimal.encode(SHA256.digest(Array(name.utf8))))
  }
}
