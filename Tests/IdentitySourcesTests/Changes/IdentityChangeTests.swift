import IdentitySources
import JSON
import Testing
import Transmitter

@Suite struct IdentityChangeTests {
  private func change(_ old: JSONObject, _ new: JSONObject) -> IdentityChange {
    IdentityChange(
      source: "hr", kind: .updated, externalID: "1", old: old, new: new, time: Timestamp(milliseconds: 0))
  }

  @Test("the difference lists each attribute with what it was and is, in the order of names")
  func difference() {
    let changes = change(
      ["title": "Clerk", "email": "a@x.example", "city": "Rome"],
      ["title": "Chief", "email": "a@x.example", "building": "B"])
    #expect(
      changes.attributes.map(\.json) == [
        ["kind": "created", "attribute": "building", "new": "B"],
        ["kind": "deleted", "attribute": "city", "old": "Rome"],
        ["kind": "updated", "attribute": "title", "old": "Clerk", "new": "Chief"],
      ])
  }

  @Test("values are compared code unit by code unit, so that a change of normal form is a change")
  func codeUnits() {
    #expect(change(["name": "Jos\u{E9}"], ["name": "Jose\u{301}"]).attributes.count == 1)
  }

  @Test("groups that are lost and gained are told by their external ids")
  func groups() {
    let staff = IdentityGroup(externalID: "g1", displayName: "Staff")
    let chiefs = IdentityGroup(externalID: "g2", displayName: "Chiefs")
    let change = IdentityChange(
      source: "hr", kind: .updated, externalID: "1",
      groupsBefore: [staff, chiefs], groupsAfter: [IdentityGroup(externalID: "g2", displayName: "Heads")],
      time: Timestamp(milliseconds: 0))
    #expect(change.groupsLost == [staff])
    #expect(change.groupsGained == [])
  }
}
