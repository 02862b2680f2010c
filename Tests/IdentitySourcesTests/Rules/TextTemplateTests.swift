import JSON
import Testing

@testable import IdentitySources

@Suite struct TextTemplateTests {
  static let change = IdentityChange.example(
    from: ["status": "active", "email": "jane@example.com"], to: ["status": "left"], groups: ["a", "b"])

  static let rendered: [(String, JSONValue)] = [
    ("", ""), ("plain", "plain"), ("{old.status} to {new.status}", "active to left"), ("{{x}}", "{x}"),
    ("{new.email|nobody}", "nobody"), ("<{new.email|}>", "<>"), ("{groups}", ["Team a", "Team b"]),
    ("in {groups}", "in Team a, Team b"),
    ("{kind} {externalId} of {source}", "updated e1 of hr"), ("{changed.status}", true),
    ("{time}", "2023-11-14T22:13:20.000Z"), ("a|b", "a|b"),
  ]

  @Test("a template is filled in from the change", arguments: rendered)
  func renders(_ source: String, _ expected: JSONValue) throws {
    let value = try TextTemplate(source).value(for: Self.change)
    #expect(value == expected)
  }

  @Test("an attribute that is absent is an error that names it")
  func missing() throws {
    let template = try TextTemplate("mail {new.email}")
    let error = #expect(throws: MissingAttribute.self) { try template.value(for: Self.change) }
    #expect(error?.description.contains("new.email") == true)
  }

  @Test(
    "a text that is no template is refused",
    arguments: ["{new.email", "new.email}", "{}", "{status}", "{neu.x}"])
  func refuses(_ source: String) {
    #expect(throws: TemplateError.self) { try TextTemplate(source) }
  }
}
