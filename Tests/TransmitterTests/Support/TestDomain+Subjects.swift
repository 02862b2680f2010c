import JSON
import SQLite
import SharedSignals
import TestSupport

@testable import Transmitter

/// A domain whose streams begin with what the test says.
extension TestDomain {
  init(_ initial: DefaultSubjects, _ configure: (inout SubjectPolicy) -> Void = { _ in }) async throws {
    var world = try World()
    world.policy.subjects = SubjectPolicy(initial: initial, changesPerSecond: 1_000_000)
    world.policy.supportedEvents.append(Self.customType)
    configure(&world.policy.subjects)
    try await self.init(world)
  }

  func add(_ subject: JSONValue, verified: Bool = true, to stream: Stream, by owner: StreamOwner = owner)
    async throws
  {
    try await registry.addSubject(
      SubjectIdentifier(json: subject, at: ["subject"]), verified: verified, to: stream.id, of: owner)
  }

  func remove(_ subject: JSONValue, from stream: Stream, by owner: StreamOwner = owner) async throws {
    try await registry.removeSubject(
      SubjectIdentifier(json: subject, at: ["subject"]), from: stream.id, of: owner)
  }

  /// A stream that asks for the events of ``hears(_:of:)``.
  func makeCustomStream() async throws -> Stream {
    try await makeStream(events: [Self.customType])
  }

  /// Any subject can have it.
  static let customType = EventType(rawValue: "https://schemas.example.com/event")

  /// Whether a new event about a subject goes to a stream.
  func hears(_ stream: Stream, of subject: JSONValue) async throws -> Bool {
    try await hears(stream, ofEach: [subject])[0]
  }

  /// The same for an event about each of some subjects.
  func hears(_ stream: Stream, ofEach subjects: [JSONValue]) async throws -> [Bool] {
    let events = try subjects.map { subject in
      try EventSubmission(["type": .string(Self.customType.rawValue), "subject": subject])
    }
    return try await intake.accept(events).map { $0.deliveries.map(\.streamID).contains(stream.id) }
  }

  /// How many rows each of the tables of subjects has.
  func subjectRows() async throws -> SubjectRowCounts {
    try await store.read { database in
      func count(_ sql: String) throws -> Int { try database.first(sql) { try $0.int(0) } ?? -1 }
      return SubjectRowCounts(
        subjects: try count("SELECT count(*) FROM subject"),
        parts: try count("SELECT count(*) FROM subject_part"),
        shapes: try count("SELECT count(*) FROM subject_shape"))
    }
  }
}

struct SubjectRowCounts: Equatable {
  var subjects: Int
  var parts: Int
  var shapes: Int

  static let none = SubjectRowCounts(subjects: 0, parts: 0, shapes: 0)
}

/// Subjects that tests are about.
extension JSONValue {
  static func mail(_ name: String) -> JSONValue {
    ["format": "email", "email": .string("\(name)@example.com")]
  }

  static func id(_ id: String) -> JSONValue { ["format": "opaque", "id": .string(id)] }

  /// A complex subject with these fields.
  static func complex(_ fields: JSONObject) -> JSONValue {
    var members: JSONObject = ["format": "complex"]
    for (name, value) in fields { members[name] = value }
    return .object(members)
  }
}
