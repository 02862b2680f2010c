package import SharedSignals

/// What metrics tell of one stream's deliveries.
package struct StreamFigures: Sendable {
  package let streamID: String
  package let status: StreamStatus
  package let isPushed: Bool
  package let totals: StreamTotals
  /// What was added to the totals since the start of the transmitter.
  package let flows: StreamTotals
  /// How long the first in its queue has waited; nil if nothing waits.
  package let oldestPending: Duration?

  /// What waits for the end of a pause.
  package var held: Int64 { status == .paused ? totals.pending : 0 }
}

extension StreamRegistry {
  /// The figures of every stream, oldest stream first; read from memory.
  package func figures() -> [StreamFigures] {
    let now = environment.now()
    return streams(of: .administrator).map { stream in
      let figures = store.ledger.figures(of: stream.number)
      return StreamFigures(
        streamID: stream.id, status: stream.status, isPushed: stream.settings.delivery.pushTarget != nil,
        totals: figures.totals, flows: figures.flows,
        oldestPending: figures.oldest.map { max(now.since($0), .zero) })
    }
  }
}
