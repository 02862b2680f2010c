package import JSON
import OpenSSL

/// One entry of the audit log: a line of canonical JSON (RFC 8785) and its SHA-256. The line names the digest of the
/// entry before it, so that none can be changed, taken out or moved without all later ones showing it.
package struct AuditEntry: Sendable {
  package let link: AuditLink
  /// The bytes that the digest is made of.
  let text: String
  let keys: Keys

  /// What an entry is looked up by: three of its members.
  struct Keys: Hashable, Sendable {
    let time: String
    let actor: String
    let target: String
  }

  /// An entry as it was kept, whether it is what it was or not.
  init(stored text: String, keys: Keys, link: AuditLink) {
    self.text = text
    self.keys = keys
    self.link = link
  }

  /// The entry that follows `previous`.
  init(
    _ action: AuditAction, _ target: AuditTarget, by actor: AuditActor, _ change: AuditChange,
    at now: Timestamp, after previous: AuditLink
  ) {
    let sequence = previous.sequence + 1
    keys = Keys(time: "\(now)", actor: actor.name, target: target.name)
    var members: JSONObject = [
      "seq": .integer(sequence),
      "time": .string(keys.time),
      "actor": .string(keys.actor),
      "action": .string(action.name),
      "target": .string(keys.target),
      "prev_hash": .string(previous.hexadecimal),
    ]
    members["address"] = actor.address.map(JSONValue.string)
    members["request_id"] = actor.requestID.map { .string("\($0)") }
    members["before"] = change.before.map(JSONValue.object)
    members["after"] = change.after.map(JSONValue.object)
    let bytes = JSONValue.object(members).serialized(.canonical)
    text = String(decoding: bytes, as: UTF8.self)
    link = AuditLink(sequence: sequence, hash: SHA256.digest(bytes))
  }

  /// The entry's members.
  ///
  /// - Throws: `JSONSyntaxError` if somebody has made it something that is no JSON.
  package var json: JSONValue {
    get throws { try JSONValue(parsing: Array(text.utf8)) }
  }

  /// Whether the line and what stands beside it are what was written.
  ///
  /// - Parameter json: the line as read; nil for one that is no JSON.
  func isGenuine(reading json: JSONValue?) -> Bool {
    SHA256.digest(Array(text.utf8)) == link.hash && json?["time"]?.stringValue == keys.time
      && json?["actor"]?.stringValue == keys.actor && json?["target"]?.stringValue == keys.target
  }
}
