import JSON
import SharedSignals
import Testing

@Suite struct AudienceTests {
  @Test(
    "SSF 4.1.8 an audience keeps the form it was given in",
    arguments: [
      ("a", .one("a")), (["a"], .several(["a"])), (["a", "b"], .several(["a", "b"])),
    ] as [(JSONValue, Audience)])
  func forms(json: JSONValue, audience: Audience) {
    #expect(Audience(json: json) == audience)
    #expect(audience.json == json)
  }

  @Test("anything else is no audience", arguments: ["", [], [""], ["a", 1], nil, [:]] as [JSONValue])
  func refusals(json: JSONValue) { #expect(Audience(json: json) == nil) }
}
