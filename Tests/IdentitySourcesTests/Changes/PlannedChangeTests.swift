import JSON
import Testing

@testable import IdentitySources

@Suite struct PlannedChangeTests {
  struct Example: Sendable {
    let first: IdentityAction
    let then: IdentityAction
    let action: IdentityAction
    let profile: JSONObject
  }

  @Test(
    "two changes of one identity have the effect of one after the other",
    arguments: [
      Example(first: .keep, then: .merge, action: .merge, profile: ["b": "2", "c": nil]),
      Example(first: .merge, then: .keep, action: .merge, profile: ["a": "1", "c": "1"]),
      Example(first: .merge, then: .merge, action: .merge, profile: ["a": "1", "b": "2", "c": nil]),
      Example(first: .replace, then: .merge, action: .replace, profile: ["a": "1", "b": "2"]),
      Example(first: .delete, then: .merge, action: .replace, profile: ["b": "2"]),
      Example(first: .merge, then: .replace, action: .replace, profile: ["b": "2", "c": nil]),
      Example(first: .merge, then: .delete, action: .delete, profile: ["b": "2", "c": nil]),
    ])
  func sequence(example: Example) throws {
    let first = PlannedChange(
      externalID: "1", action: example.first, profile: try IdentityProfile(["a": "1", "c": "1"], at: .root))
    let result = first.followed(by: example.then, try IdentityProfile(["b": "2", "c": nil], at: .root))
    #expect(result.action == example.action)
    #expect(result.profile.attributes == example.profile)
  }
}
