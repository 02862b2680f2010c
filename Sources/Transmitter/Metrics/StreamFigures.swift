package import SharedSignals

/// What operators are told of one stream's deliveries.
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
    streams(of: .administrator).map(figures)
  }

  package func figures(of stream: Stream) -> StreamFigures {
    let figures = store.ledger.figures(of: stream.number)
    return StreamFigures(
      streamID: stream.id, status: stream.status, isPushed: stream.settings.delivery.pushTarget != nil,
      totals: figures.totals, flows: figures.flows,
      oldestPending: figures.oldest.map { max(environment.now().since($0), .zero) })
  }

  /// What became of the deliveries of all deleted streams together, as long as their history is kept.
  package func totalsOfDeletedStreams() -> StreamTotals {
    store.ledger.totals(except: Set(streams(of: .administrator).map(\.number)))
  }
}
