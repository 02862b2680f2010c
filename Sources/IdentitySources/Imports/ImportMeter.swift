import Synchronization
import Transmitter

/// What running imports are doing, and what all have done since the start; in memory only.
final class ImportMeter: Sendable {
  private struct State {
    var compared: [Int64: Int] = [:]
    var figures = ImportFigures()
  }

  private let state = Mutex(State())

  var figures: ImportFigures { state.withLock { $0.figures } }

  /// Records of a running comparison that are done. Comparing writes nothing, so that this is nowhere else.
  func add(_ records: Int, to session: Int64) {
    state.withLock { state in
      state.compared[session, default: 0] += records
      state.figures.compared += records
    }
  }

  func forget(_ session: Int64) {
    state.withLock { $0.compared[session] = nil }
  }

  func compared(in session: Int64) -> Int? {
    state.withLock { $0.compared[session] }
  }

  func note(_ end: ImportFigures.End) {
    state.withLock { $0.figures.ends[end, default: 0] += 1 }
  }

  func note(_ tally: ChangeTally) {
    state.withLock { $0.figures.tally.add(tally) }
  }

  fileprivate func replace(_ sessions: [SessionStage: Int]) {
    state.withLock { $0.figures.sessions = sessions }
  }
}

extension Transaction {
  /// Expires the sessions that were idle since `time`; answers since when the next is idle.
  func expireSessions(idleSince time: Timestamp, at now: Timestamp, _ meter: ImportMeter) throws -> Timestamp?
  {
    let (count, next) = try database.expireSessions(idleSince: time, at: now)
    if count > 0 { try mirrorSessions(in: meter) }
    return next
  }

  /// Has the meter show the sessions as this transaction leaves them.
  func mirrorSessions(in meter: ImportMeter) throws {
    let sessions = try database.sessionStages()
    afterCommit { meter.replace(sessions) }
  }
}
