import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Random changes and events against a filter that looks at every stored subject, by the rule in words.
@Suite struct SubjectFilterTests {
  private static let names = ["user", "device", "session", "tenant", "group"]

  /// Numbers below a limit.
  private struct Dice {
    let random: SeededRandom

    func callAsFunction(_ sides: Int) -> Int { Int(random.bytes(1)[0]) % sides }
  }

  private static func subject(_ dice: Dice) -> JSONValue {
    if dice(4) == 0 { return .mail("\(dice(3))") }
    var fields: JSONObject = [:]
    while fields.isEmpty {
      for name in names where dice(3) == 0 { fields[name] = .id("\(dice(3))") }
    }
    return .complex(fields)
  }

  /// The naive filter.
  private struct Reference {
    let initial: DefaultSubjects
    var stored: Set<JSONValue> = []

    mutating func add(_ subject: JSONValue) {
      if initial == .noSubject { stored.insert(subject) } else { stored.remove(subject) }
    }

    mutating func remove(_ subject: JSONValue) {
      if initial == .noSubject { stored.remove(subject) } else { stored.insert(subject) }
    }

    func admits(_ event: JSONValue) -> Bool {
      stored.contains { matches($0, event) } == (initial == .noSubject)
    }

    private func matches(_ stored: JSONValue, _ event: JSONValue) -> Bool {
      guard stored["format"] == "complex", event["format"] == "complex" else { return stored == event }
      let defined = names.filter { stored[$0] != nil }
      let shared = defined.filter { event[$0] != nil }
      let suffices = initial == .noSubject ? !shared.isEmpty : shared == defined
      return suffices && shared.allSatisfy { stored[$0] == event[$0] }
    }
  }

  @Test(
    "the filter admits what a naive one admits",
    arguments: [DefaultSubjects.everySubject, .noSubject], [UInt64(1), 2, 3])
  func randomSubjects(initial: DefaultSubjects, seed: UInt64) async throws {
    let dice = Dice(random: SeededRandom(seed: seed))
    let domain = try await TestDomain(initial)
    let stream = try await domain.makeCustomStream()
    var reference = Reference(initial: initial)
    var answers: [Bool] = []
    for round in 1...100 {
      let subject = Self.subject(dice)
      if dice(3) == 0 {
        reference.add(subject)
        try await domain.add(subject, to: stream)
      } else {
        reference.remove(subject)
        try await domain.remove(subject, from: stream)
      }
      let events = (1...10).map { _ in Self.subject(dice) }
      let admitted = try await domain.hears(stream, ofEach: events)
      #expect(admitted == events.map(reference.admits), "round \(round): \(events.map { $0.text() })")
      answers += admitted
    }
    #expect(try await domain.subjectRows().subjects == reference.stored.count)
    let share = answers.count { $0 } * 100 / answers.count
    #expect((10...90).contains(share), "both answers are tried: \(share) % are admitted")
  }
}
