package import JSON

/// The rules that are in force where the configuration has none of its own: what every organisation wants told when
/// people leave, come back, change their names or lose access.
///
/// Receivers know people as they were before the change, so that the old address comes first. The reasons that are told
/// name no attribute: what exactly has become of somebody is nobody else's business.
package enum ShippedRules {
  package static let json: JSONValue = [
    deleted, leaver("leaver", by: "status"), leaver("leaver-by-lifecycle", by: "lifecycleState"),
    rejoiner("rejoiner", by: "status"), rejoiner("rejoiner-by-lifecycle", by: "lifecycleState"), mailChanged,
    userNameChanged, accessLost,
  ]

  private static let person: JSONValue = [
    ["format": "email", "email": "{old.email}"], ["format": "email", "email": "{new.email}"],
    ["format": "opaque", "id": "{externalId}"],
  ]

  private static func accountGone(_ reason: String) -> JSONValue {
    let members: JSONValue = ["initiating_entity": "policy", "reason_admin": ["en": .string(reason)]]
    return ["account-disabled", ["type": "session-revoked", "members": members]]
  }

  private static let deleted: JSONValue = [
    "name": "deleted", "when": #"kind eq "deleted""#, "emit": accountGone("Deleted from {source}"),
    "subject": person,
  ]

  /// An attribute that was active, or not known, and now says something else.
  private static func leaver(_ name: String, by attribute: String) -> JSONValue {
    let when = """
      kind eq "updated" and new.\(attribute) pr and new.\(attribute) ne "active" \
      and (old.\(attribute) eq "active" or old.\(attribute) eq null)
      """
    return [
      "name": .string(name), "when": .string(when), "emit": accountGone("No longer active in {source}"),
      "subject": person,
    ]
  }

  private static func rejoiner(_ name: String, by attribute: String) -> JSONValue {
    let when = #"old.\#(attribute) pr and old.\#(attribute) ne "active" and new.\#(attribute) eq "active""#
    return ["name": .string(name), "when": .string(when), "emit": ["account-enabled"], "subject": person]
  }

  private static let mailChanged: JSONValue = [
    "name": "email-changed",
    "when": #"kind eq "updated" and changed.email pr and old.email pr and new.email pr"#,
    "emit": [["type": "identifier-changed", "members": ["new-value": "{new.email}"]]],
    "subject": ["format": "email", "email": "{old.email}"],
  ]

  private static let userNameChanged: JSONValue = [
    "name": "user-name-changed",
    "when": #"kind eq "updated" and changed.userName pr and old.userName co "@" and new.userName pr"#,
    "emit": [["type": "identifier-changed", "members": ["new-value": "{new.userName}"]]],
    "subject": ["format": "email", "email": "{old.userName}"],
  ]

  private static let accessLost: JSONValue = [
    "name": "access-lost",
    "when": #"kind eq "updated" and groups.lost pr"#,
    "emit": [["type": "token-claims-change", "members": ["claims": ["groups": "{groups}"]]]],
    "subject": person,
  ]
}
