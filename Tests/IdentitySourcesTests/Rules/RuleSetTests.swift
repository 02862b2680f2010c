import JSON
import SharedSignals
import Testing
import Transmitter

@testable import IdentitySources

@Suite struct RuleSetTests {
  static let leaver: JSONObject = [
    "name": "leaver", "source": "hr", "when": #"new.status eq "terminated""#,
    "emit": [
      "account-disabled",
      ["type": "session-revoked", "members": ["reason_admin": ["en": "{old.status|none} to {new.status}"]]],
      [
        "type": "https://example.com/left", "members": ["who": "{new.name}"],
        "subject": ["format": "opaque", "id": "{externalId}"],
      ],
    ],
    "subject": [["format": "email", "email": "{new.email}"], ["format": "opaque", "id": "{externalId}"]],
    "event_time": "new.end",
  ]

  static func rules(_ changes: (inout JSONObject) -> Void = { _ in }) throws -> RuleSet {
    var rule = leaver
    changes(&rule)
    return try RuleSet([.object(rule)])
  }

  static func gone(_ profile: JSONObject = [:]) -> IdentityChange {
    var new: JSONObject = [
      "status": "terminated", "name": "Jane", "email": "jane@example.com", "end": "2026-02-03T04:05:06Z",
    ]
    for (name, value) in profile { new[name] = value }
    return .example(from: ["status": "active"], to: new)
  }

  @Test("a rule that applies gives all of its events, with the time of what happened")
  func events() throws {
    let outcome = try Self.rules().evaluate(Self.gone())
    let events = outcome.emissions.map(\.submission)
    #expect(outcome.faults.isEmpty)
    #expect(
      events.map(\.type) == [
        .accountDisabled, .sessionRevoked, EventType(rawValue: "https://example.com/left"),
      ])
    #expect(events[0].members == ["event_timestamp": 1_770_091_506])
    #expect(events[1].members["reason_admin"] == ["en": "active to terminated"])
    #expect(events[2].members == ["who": "Jane"])
    #expect(events[0].subject.json == ["format": "email", "email": "jane@example.com"])
    #expect(events[2].subject.json == ["format": "opaque", "id": "e1"])
    #expect(outcome.emissions.map(\.rule) == ["leaver", "leaver", "leaver"])
  }

  @Test("the first subject is taken that the identity has all attributes for")
  func alternativeSubject() throws {
    let outcome = try Self.rules().evaluate(Self.gone(["email": nil]))
    #expect(outcome.emissions.first?.submission.subject.json == ["format": "opaque", "id": "e1"])
  }

  @Test("without an event time the time of the import stands")
  func importTime() throws {
    let outcome = try Self.rules { $0["event_time"] = nil }.evaluate(Self.gone())
    #expect(outcome.emissions.first?.submission.members == ["event_timestamp": 1_700_000_000])
  }

  @Test("a rule for another source, or whose filter does not match, gives nothing")
  func silence() throws {
    let elsewhere = try Self.rules { $0["source"] = "other" }
    #expect(elsewhere.evaluate(Self.gone()).emissions.isEmpty)
    #expect(try Self.rules().evaluate(Self.gone(["status": "active"])).emissions.isEmpty)
  }

  @Test("the same event is told once, whichever rules ask for it")
  func noRepetition() throws {
    var second = Self.leaver
    second["name"] = "second"
    let rules = try RuleSet([.object(Self.leaver), .object(second)])
    #expect(rules.evaluate(Self.gone()).emissions.count == 3)
  }

  static let faults: [(JSONObject, String)] = [
    (["name": nil], "new.name"), (["email": "no address"], "email"),
    (["end": "tomorrow"], "new.end is no time"),
  ]

  @Test("a rule that cannot be carried out gives nothing and says why; the others go on", arguments: faults)
  func fault(_ profile: JSONObject, _ text: String) throws {
    let other: JSONValue = [
      "name": "other", "when": "kind pr", "emit": ["account-enabled"],
      "subject": ["format": "opaque", "id": "{externalId}"],
    ]
    let rules = try RuleSet([.object(Self.leaver), other])
    let outcome = rules.evaluate(Self.gone(profile))
    #expect(outcome.emissions.map(\.rule) == ["other"])
    #expect(outcome.faults.map(\.rule) == ["leaver"])
    #expect(outcome.faults.first?.reason.contains(text) == true, "\(outcome.faults)")
  }

  static let broken: [(String, JSONValue?, String, String)] = [
    ("name", nil, "/0/name", "is missing"), ("name", 5, "/0/name", "must be a text"),
    ("when", "new.status eq", "/0/when", "character 14: expected a value"),
    ("subjects", "x", "/0/subjects", "did you mean subject?"),
    ("emit", [], "/0/emit", "must be an array"),
    ("emit", ["sesion-revoked"], "/0/emit/0/type", "session-revoked"),
    ("emit", ["verification"], "/0/emit/0/type", "made by the transmitter"),
    ("emit", [["type": "session-revoked", "member": [:]]], "/0/emit/0/member", "did you mean members?"),
    (
      "emit", [["type": "session-revoked", "members": ["initiating_entity": "me"]]],
      "/0/emit/0/members/initiating_entity", "one of admin"
    ),
    (
      "emit", [["type": "credential-change", "members": ["change_type": "revoke"]]],
      "/0/emit/0/members/credential_type", "is missing"
    ),
    (
      "emit", [["type": "session-revoked", "members": ["reason_admin": ["en": "{new.status"]]]],
      "/0/emit/0/members/reason_admin/en", "not closed"
    ),
    (
      "emit", [["type": "identifier-changed", "members": ["new-value": "{new.email}"]]],
      "/0/emit/0", "format email or phone_number"
    ),
    ("subject", nil, "/0/emit/0", "has no subject"), ("subject", "jane", "/0/subject", "subject identifier"),
    (
      "subject", ["format": "email", "email": "jane@example.com"], "/0/subject", "the same for every identity"
    ),
    ("event_time", "end", "/0/event_time", "is no attribute"),
  ]

  @Test("a rule that cannot be used is refused with its place and the cause", arguments: broken)
  func refuses(_ member: String, _ value: JSONValue?, _ pointer: String, _ text: String) {
    let error = #expect(throws: RuleError.self) { try Self.rules { $0[member] = value } }
    #expect(error?.pointer.description == pointer)
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
  }

  @Test("CAEP Interoperability Profile 3 where a reason is required, a rule without one is refused")
  func requiredReason() throws {
    var rule = Self.leaver
    let policy = EventPolicy(requiresReason: true)
    _ = try RuleSet([.object(rule)], under: policy)
    rule["emit"] = ["account-disabled", "session-revoked"]
    let error = #expect(throws: RuleError.self) { try RuleSet([.object(rule)], under: policy) }
    #expect(error?.pointer.description == "/0/emit/1/members")
    #expect(error?.message.contains("events.require_reason_admin") == true)
  }

  @Test("two rules of one name, and what is no array, are refused")
  func names() {
    #expect(throws: RuleError.self) { try RuleSet([.object(Self.leaver), .object(Self.leaver)]) }
    #expect(throws: RuleError.self) { try RuleSet(.object(Self.leaver)) }
  }
}
