import JSON
import SharedSignals
import Testing

@Suite struct SubjectMatchingTests {
  static let jane: JSONValue = ["format": "email", "email": "jane@example.com"]
  static let john: JSONValue = ["format": "email", "email": "john@example.com"]
  static let laptop: JSONValue = ["format": "opaque", "id": "laptop"]
  static let phone: JSONValue = ["format": "opaque", "id": "phone"]
  static let acme: JSONValue = ["format": "opaque", "id": "acme"]

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stored: JSONValue
    let event: JSONValue
    let isIncluded: Bool
    let isExcluded: Bool

    init(_ name: String, _ stored: JSONValue, _ event: JSONValue, included: Bool, excluded: Bool) {
      testDescription = name
      self.stored = stored
      self.event = event
      isIncluded = included
      isExcluded = excluded
    }
  }

  static func complex(_ fields: JSONObject) -> JSONValue {
    var members: JSONObject = ["format": "complex"]
    for (name, value) in fields { members[name] = value }
    return .object(members)
  }

  static let simpleRows = [
    Row("identical", jane, jane, included: true, excluded: true),
    Row("other value", jane, john, included: false, excluded: false),
    Row(
      "members in another order", ["email": "jane@example.com", "format": "email"], jane, included: true,
      excluded: true),
    Row(
      "case differs", jane, ["format": "email", "email": "Jane@example.com"], included: false, excluded: false
    ),
    Row(
      "same text in another format", ["format": "opaque", "id": "x"],
      ["format": "uri", "uri": "urn:x"], included: false, excluded: false),
    Row(
      "canonically equivalent characters differ", ["format": "opaque", "id": "\u{e9}"],
      ["format": "opaque", "id": "e\u{301}"], included: false, excluded: false),
    Row(
      "aliases are not looked into", ["format": "aliases", "identifiers": [jane, laptop]], jane,
      included: false, excluded: false),
    Row(
      "aliases in another order", ["format": "aliases", "identifiers": [jane, laptop]],
      ["format": "aliases", "identifiers": [laptop, jane]], included: false, excluded: false),
    Row("simple against complex", jane, complex(["user": jane]), included: false, excluded: false),
    Row("complex against simple", complex(["user": jane]), jane, included: false, excluded: false),
  ]

  static let complexRows = [
    Row("identical", complex(["user": jane]), complex(["user": jane]), included: true, excluded: true),
    Row(
      "fields in another order", complex(["user": jane, "tenant": acme]),
      complex(["tenant": acme, "user": jane]), included: true, excluded: true),
    Row(
      "the event says more", complex(["tenant": acme]), complex(["tenant": acme, "user": jane]),
      included: true, excluded: true),
    Row(
      "the event says less", complex(["user": jane, "device": laptop]), complex(["user": jane]),
      included: true, excluded: false),
    Row(
      "each says what the other does not", complex(["user": jane, "device": laptop]),
      complex(["user": jane, "tenant": acme]), included: true, excluded: false),
    Row(
      "one shared field differs", complex(["user": jane, "group": laptop]),
      complex(["user": jane, "group": phone]), included: false, excluded: false),
    Row(
      "the only shared field differs", complex(["user": jane, "device": laptop]),
      complex(["user": john, "tenant": acme]), included: false, excluded: false),
    Row(
      "nothing is shared, which the text would let match", complex(["device": laptop]),
      complex(["user": jane]), included: false, excluded: false),
    Row(
      "equal values under different names", complex(["user": jane]), complex(["group": jane]),
      included: false, excluded: false),
    Row(
      "values swapped between two fields", complex(["device": laptop, "session": phone]),
      complex(["device": phone, "session": laptop]), included: false, excluded: false),
    Row(
      "a field name with a delimiter in it", complex(["a\",\"b": laptop]),
      complex(["a": laptop, "b": laptop]), included: false, excluded: false),
  ]

  /// Whether a stored subject is found by an event's subject, over keys alone.
  private func finds(_ stored: JSONValue, by event: JSONValue, _ matching: SubjectMatching) throws -> Bool {
    let stored = try SubjectIdentifier(json: stored, at: .root)
    let event = try SubjectIdentifier(json: event, at: .root)
    let keys = matching.storedKeys(for: stored)
    return matching.lookUpKey(for: event, among: stored.shape).map(keys.contains) ?? false
  }

  @Test(
    "SSF 8.1.3.1 an added subject matches by the fields that are shared", arguments: simpleRows + complexRows)
  func inclusion(row: Row) throws {
    #expect(try finds(row.stored, by: row.event, .inclusion) == row.isIncluded)
  }

  @Test(
    "SSF 8.1.3.3 a removed subject matches only what has all of its fields",
    arguments: simpleRows + complexRows)
  func exclusion(row: Row) throws {
    #expect(try finds(row.stored, by: row.event, .exclusion) == row.isExcluded)
  }

  @Test("an exclusion has one key, an inclusion one for each set of its fields", arguments: 1...5)
  func keyCounts(fields: Int) throws {
    var members: JSONObject = [:]
    for index in 1...fields { members["field\(index)"] = Self.jane }
    let subject = try SubjectIdentifier(json: Self.complex(members), at: .root)
    let keys = SubjectMatching.inclusion.storedKeys(for: subject)
    #expect(Set(keys.map(\.bytes)).count == 1 << fields - 1)
    #expect(keys.map(\.isWhole) == [true] + Array(repeating: false, count: keys.count - 1))
    #expect(SubjectMatching.exclusion.storedKeys(for: subject) == [keys[0]])
    try SubjectMatching.checkSize(of: subject, at: .root)
  }

  @Test("a subject with more than five fields cannot be stored, and the error says where")
  func size() throws {
    var members: JSONObject = [:]
    for index in 1...6 { members["field\(index)"] = Self.jane }
    let subject = try SubjectIdentifier(json: Self.complex(members), at: .root)
    let error = #expect(throws: SubjectError.self) {
      try SubjectMatching.checkSize(of: subject, at: ["subject"])
    }
    #expect(error?.pointer == ["subject"])
    #expect(error?.message.contains("6 fields") == true)
  }

  @Test("names that only look alike make different shapes, and a shape is read back from its JSON")
  func shapes() throws {
    let composed = try SubjectIdentifier(json: Self.complex(["\u{e9}": Self.jane]), at: .root).shape
    let decomposed = try SubjectIdentifier(json: Self.complex(["e\u{301}": Self.jane]), at: .root).shape
    #expect(composed != decomposed)
    let text = composed.json.serialized()
    #expect(try SubjectShape(json: JSONValue(parsing: text)) == composed)
    #expect(try SubjectIdentifier(json: Self.jane, at: .root).shape == .simple)
  }
}

/// Every pair of the subjects that four fields with two values make, against the rule as it is told in words.
@Suite struct SubjectMatchingRuleTests {
  private static let names = ["user", "device", "tenant", "badge"]
  private static let values: [JSONValue?] = [nil, SubjectMatchingTests.jane, SubjectMatchingTests.laptop]

  /// The subjects whose fields are those that the digits of a number to the base 3 pick.
  private static func subjects() throws -> [SubjectIdentifier] {
    let complex = (1..<81).map { number in
      var fields: JSONObject = [:]
      var rest = number
      for name in names {
        fields[name] = values[rest % 3]
        rest /= 3
      }
      return SubjectMatchingTests.complex(fields)
    }
    return try (complex + [SubjectMatchingTests.jane, SubjectMatchingTests.laptop]).map {
      try SubjectIdentifier(json: $0, at: .root)
    }
  }

  private static func ruleHolds(
    _ matching: SubjectMatching, stored: SubjectIdentifier, event: SubjectIdentifier
  ) -> Bool {
    guard stored.format == .complex, event.format == .complex else { return stored.json == event.json }
    let defined = names.filter { stored.json[$0] != nil }
    let shared = defined.filter { event.json[$0] != nil }
    let areIdentical = shared.allSatisfy { stored.json[$0] == event.json[$0] }
    switch matching {
    case .inclusion: return !shared.isEmpty && areIdentical
    case .exclusion: return shared == defined && areIdentical
    }
  }

  @Test("SSF 8.1.3.1 keys find what the rule says", arguments: [SubjectMatching.inclusion, .exclusion])
  func everyPair(matching: SubjectMatching) throws {
    let subjects = try Self.subjects()
    for stored in subjects {
      let keys = Set(matching.storedKeys(for: stored).map(\.bytes))
      for event in subjects {
        let isFound =
          matching.lookUpKey(for: event, among: stored.shape).map { keys.contains($0.bytes) } ?? false
        let isRight = isFound == Self.ruleHolds(matching, stored: stored, event: event)
        #expect(isRight, "\(stored.json.text()) and \(event.json.text())")
      }
    }
  }
}
