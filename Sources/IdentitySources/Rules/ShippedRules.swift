package import JSON

/// The rules that are in force where the configuration has none of its own: what every organisation wants told when
/// people leave, come back, change their names or lose access.
package enum ShippedRules {
  package static let json: JSONValue = [leaver, rejoiner, mailChanged, userNameChanged, accessLost]

  private static let person: JSONValue = [
    ["format": "email", "email": "{identity.email}"],
    ["format": "opaque", "id": "{externalId}"],
  ]

  private static let leaver: JSONValue = [
    "name": "leaver",
    "when": .string(
      [
        #"kind eq "deleted""#,
        leaves("status"), leaves("lifecycleState"),
      ].joined(separator: " or ")),
    "emit": [
      "account-disabled",
      ["type": "session-revoked", "members": ["initiating_entity": "policy"]],
    ],
    "subject": person,
  ]

  private static let rejoiner: JSONValue = [
    "name": "rejoiner",
    "when": .string([returns("status"), returns("lifecycleState")].joined(separator: " or ")),
    "emit": ["account-enabled"],
    "subject": person,
  ]

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

  /// An attribute that was active, or not known, and now says something else.
  private static func leaves(_ name: String) -> String {
    """
    (kind eq "updated" and changed.\(name) pr and new.\(name) pr and not (new.\(name) eq "active") \
    and (old.\(name) eq "active" or not (old.\(name) pr)))
    """
  }

  private static func returns(_ name: String) -> String {
    #"(changed.\#(name) pr and new.\#(name) eq "active" and old.\#(name) pr)"#
  }
}
