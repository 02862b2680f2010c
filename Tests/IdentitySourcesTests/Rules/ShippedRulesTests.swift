import JSON
import SharedSignals
import Testing
import Transmitter

@testable import IdentitySources

@Suite struct ShippedRulesTests {
  static func told(_ change: IdentityChange) throws -> [String] {
    let outcome = try RuleSet(ShippedRules.json).evaluate(change)
    #expect(outcome.faults.isEmpty)
    return outcome.emissions.map { event in
      "\(event.submission.type.shortName ?? "?") \(event.submission.subject.json.text())"
    }
  }

  static let jane = #"{"format":"email","email":"jane@example.com"}"#

  static func profile(_ members: JSONObject = [:]) -> JSONObject {
    var profile: JSONObject = ["email": "jane@example.com", "userName": "jane@example.com"]
    for (name, value) in members { profile[name] = value }
    return profile
  }

  static let leavers: [IdentityChange] = [
    .example(from: profile()), .example(from: profile(["status": "active"])),
    .example(from: profile(["status": "active"]), to: profile(["status": "terminated"])),
    .example(from: profile(["status": "ACTIVE"]), to: profile(["status": "suspended"])),
    .example(from: profile(["lifecycleState": "active"]), to: profile(["lifecycleState": "inactive"])),
    .example(from: profile(), to: profile(["status": "terminated"])),
  ]

  @Test("a leaver's account is disabled and the sessions are revoked", arguments: leavers)
  func leaver(_ change: IdentityChange) throws {
    let told = try Self.told(change)
    #expect(told == ["account-disabled \(Self.jane)", "session-revoked \(Self.jane)"])
  }

  static let quiet: [IdentityChange] = [
    .example(to: profile()), .example(to: profile(["status": "terminated"])),
    .example(from: profile(), to: profile(["status": "active"])),
    .example(from: profile(["status": "terminated"]), to: profile(["status": "deceased"])),
    .example(from: profile(), to: profile(["title": "Captain"])),
    .example(from: profile(), to: profile(), groups: ["a"], then: ["a", "b"]),
  ]

  @Test("what is no change of access is told to nobody", arguments: quiet)
  func silence(_ change: IdentityChange) throws {
    let told = try Self.told(change)
    #expect(told == [])
  }

  @Test(
    "receivers know leavers by the address from before, also where it goes or changes with them",
    arguments: [["email": nil], ["email": "left@example.com"]] as [JSONObject])
  func addressBefore(_ changes: JSONObject) throws {
    var new = Self.profile(["status": "terminated"])
    new["email"] = changes["email"]
    let told = try Self.told(.example(from: Self.profile(["status": "active"]), to: new))
    #expect(told.prefix(2) == ["account-disabled \(Self.jane)", "session-revoked \(Self.jane)"])
  }

  @Test("CAEP Interoperability Profile 3 administrators are told a reason, which tells no attribute")
  func reason() throws {
    let policy = EventPolicy(requiresReason: true)
    let rules = try RuleSet(ShippedRules.json, under: policy)
    let outcome = rules.evaluate(
      .example(from: Self.profile(["status": "active"]), to: Self.profile(["status": "sick"])))
    #expect(
      outcome.emissions.last?.submission.members["reason_admin"] == ["en": "No longer active in hr"])
  }

  @Test("a rejoiner's account is enabled")
  func rejoiner() throws {
    let change = IdentityChange.example(
      from: Self.profile(["status": "terminated"]), to: Self.profile(["status": "active"]))
    #expect(try Self.told(change) == ["account-enabled \(Self.jane)"])
  }

  @Test("RISC 2.4 a changed address is told under the old one, once")
  func identifierChanged() throws {
    let new = "jane@new.example"
    let change = IdentityChange.example(
      from: Self.profile(), to: Self.profile(["email": .string(new), "userName": .string(new)]))
    #expect(try Self.told(change) == ["identifier-changed \(Self.jane)"])
  }

  @Test("CAEP 3.2 who loses a group has the groups that are left told")
  func accessLost() throws {
    let change = IdentityChange.example(
      from: Self.profile(), to: Self.profile(), groups: ["a", "b"], then: ["b"])
    let outcome = try RuleSet(ShippedRules.json).evaluate(change)
    #expect(outcome.emissions.map(\.submission.type) == [.tokenClaimsChange])
    #expect(outcome.emissions.first?.submission.members["claims"] == ["groups": ["Team b"]])
  }

  @Test("somebody without an address is named by the id in the source")
  func noAddress() throws {
    let change = IdentityChange.example(from: ["firstName": "Jane"])
    let subject = #"{"format":"opaque","id":"e1"}"#
    #expect(try Self.told(change) == ["account-disabled \(subject)", "session-revoked \(subject)"])
  }
}
