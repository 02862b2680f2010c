import JSON
import Testing
import Transmitter

@testable import IdentitySources

@Suite struct FilterTests {
  /// Jane has moved from sales to support and from one mail address to another.
  static let jane = IdentityChange.example(
    from: [
      "email": "jane@old.example", "department": "Sales", "level": "7", "nickname": nil,
      "end": "2026-03-01T00:00:00Z",
    ],
    to: [
      "email": "Jane@New.example", "department": "Sales", "level": "12", "admin": "true", "motto": "",
      "end": "2026-03-31T23:00:00+02:00",
    ],
    groups: ["vpn", "mail"], then: ["mail", "wiki"])

  static let trueOnes = [
    #"kind eq "updated""#, #"KIND EQ "Updated""#.replacing("KIND", with: "kind"), #"source eq "hr""#,
    #"externalId eq "E1""#, #"new.email eq "jane@new.example""#, #"new.EMAIL sw "jane@""#,
    #"new.email ew ".EXAMPLE""#, #"new.email co "new""#, #"old.email ne "x""#, "changed.email pr",
    "changed.email eq true", "not (changed.department pr)", "not (new.nickname pr)", "not (new.motto pr)",
    "old.nickname eq null", "new.department ne null", #"new.nothing ne "x""#, "new.level gt 7",
    "new.level eq 12", "new.level eq 12.0", "new.level le 12", "old.level lt 7.5", "new.admin eq true",
    #"new.end gt "2026-03-31T20:59:59Z""#, #"new.end lt "2026-03-31T21:00:01Z""#,
    #"old.department gt "Sale""#,
    #"identity.email sw "jane@new""#, #"groups eq "wiki""#, "groups.lost pr", #"groups.lost eq "VPN""#,
    #"groups.lost eq "team vpn""#,
    #"groups.before eq "vpn""#, #"groups.gained eq "wiki""#, #"time ge "2023-11-14T22:13:20Z""#,
    // `and` binds closer than `or`.
    #"kind eq "updated" or kind eq "created" and kind eq "deleted""#,
    #"(kind eq "x" or kind eq "updated") and changed.email pr"#, #"new.email eq "jane@new\u002eexample""#,
  ]

  @Test("RFC 7644 3.4.2.2 a filter matches", arguments: trueOnes)
  func matches(_ text: String) throws {
    let matches = try Filter.matches(text, Self.jane)
    #expect(matches)
  }

  static let falseOnes = [
    #"kind eq "created""#, "changed.department pr", #"new.nothing eq "x""#, #"new.nothing gt "a""#,
    "new.department gt 5", "changed.email eq false", "new.email eq null", #"groups eq "vpn""#,
    #"groups.lost eq "mail" and not (groups.lost eq "mail")"#, "not (new.email pr)",
    #"(kind eq "updated" or kind eq "created") and kind eq "deleted""#, "new.level gt 100",
    #"new.end lt "2026-03-31T20:00:00Z""#, #"new.email co "a much longer text than the address itself is""#,
  ]

  @Test("RFC 7644 3.4.2.2 a filter does not match", arguments: falseOnes)
  func matchesNot(_ text: String) throws {
    let matches = try Filter.matches(text, Self.jane)
    #expect(!matches)
  }

  static let broken: [(String, Int, String)] = [
    ("", 1, "expected an attribute"), ("new.status", 11, "expected pr"),
    ("new.status eq", 14, "expected a value"),
    ("new.status is \"x\"", 12, "'is' is no operator"), ("new.status eq x", 15, "expected a value"),
    ("new.level gt inf", 14, "expected a value"),
    ("new.level eq 0x1F", 14, "expected a value"), ("new.level lt nan", 14, "expected a value"),
    ("new.status eq \"x", 15, "no closing quote"), ("new.status pr and", 18, "expected an attribute"),
    ("(new.status pr", 15, "closing parenthesis"), ("new.status pr)", 14, "end of the filter"),
    ("not new.status pr", 5, "in parentheses"), ("nwe.status pr", 1, "'nwe.status' is no attribute"),
    ("groups.gone pr", 1, "is no attribute"), ("externalid pr", 1, "did you mean externalId?"),
    ("new. pr", 1, "is no attribute"),
    ("emails[type eq \"work\"] pr", 1, "is no attribute"), ("new.emails[type pr]", 11, "in brackets"),
    ("new.level gt true", 14, "does not go with"), ("new.level co 7", 14, "does not go with"),
    ("new.status eq \"\\q\"", 15, "no JSON string"), ("new.é eq ?", 10, "unexpected character"),
    (String(repeating: "(", count: 40) + "kind pr", 33, "parentheses"),
    ("kind eq \"" + String(repeating: "x", count: 5000) + "\"", 1, "at most 4096 bytes"),
  ]

  @Test("a text that is no filter is refused with the character and the cause", arguments: broken)
  func refuses(_ text: String, _ character: Int, _ message: String) {
    var table = AttributeTable()
    let error = #expect(throws: FilterError.self) { try FilterParser.parse(text, entering: &table) }
    #expect(error?.character == character)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test("an identity that is made has no old attributes, one that is deleted no new ones")
  func oneSided() throws {
    let made = IdentityChange.example(to: ["status": "active"])
    let deleted = IdentityChange.example(from: ["status": "active"])
    #expect(try Filter.matches(#"kind eq "created" and changed.status pr and not (old.status pr)"#, made))
    #expect(try Filter.matches(#"kind eq "deleted" and changed.status pr and not (new.status pr)"#, deleted))
    #expect(try Filter.matches(#"identity.status eq "active""#, deleted))
  }
}
