package import JSON
import SQLite
import SharedSignals
import Transmitter

/// What an import would do, found out without doing it: for the brake, and for dry runs.
package struct ImportPreview: Sendable {
  private static let slice = 200
  /// As many events are shown one by one.
  private static let mostEvents = 1000

  /// One event that would be sent.
  package struct Event: Sendable {
    package let identity: String
    package let rule: String
    package let type: String
    package let subject: JSONValue
    package let members: JSONObject
  }

  package private(set) var report = ImportReport()
  /// The first of them; `report.events` counts all.
  package private(set) var events: [Event] = []
  /// How many people the brake lets pass.
  package let limit: Int

  /// Whether the brake would hold the import.
  package var isHeld: Bool { report.people > limit }

  /// Looks at all that was put aside for a session.
  init(of session: ImportSession, identities: Int, unchanged: Int, in context: ImportContext) async throws {
    limit = context.policy.brake.limit(identities: identities)
    report.unchanged = unchanged
    var last = ""
    while true {
      let after = last
      let (end, changes) = try await context.read { database in
        try Self.changes(of: session, after: after, in: ChangeResolution(session, database, context))
      }
      guard let end else { break }
      last = end
      let rules = context.rules.current
      for change in changes { add(change, rules.evaluate(change)) }
    }
    report.changes = report.created + report.updated + report.deleted
  }

  private static func changes(of session: ImportSession, after last: String, in resolution: ChangeResolution)
    throws
    -> (end: String?, changes: [IdentityChange])
  {
    let planned = try resolution.database.stagedChanges(in: session.number, after: last, atMost: slice)
    return (planned.last?.externalID, try planned.compactMap { try resolution.resolve($0)?.change })
  }

  private mutating func add(_ change: IdentityChange, _ outcome: RuleOutcome) {
    report.add(change, outcome)
    for emission in outcome.emissions.prefix(Self.mostEvents - events.count) {
      let submission = emission.submission
      events.append(
        Event(
          identity: change.externalID, rule: emission.rule, type: submission.type.rawValue,
          subject: submission.subject.json, members: submission.members))
    }
  }
}

extension ChangeResolution {
  init(_ session: ImportSession, _ database: Database, _ context: ImportContext) {
    self.init(
      database: database, source: session.source, sourceID: session.sourceID, session: session.number,
      time: session.triggered ?? context.environment.now())
  }
}
