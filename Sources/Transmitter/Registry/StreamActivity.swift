/// When receivers last showed that they care for their streams: with a management call that names one, or a poll
/// (SSF §8.1.1). Kept in memory only: a start of the transmitter counts as activity of every stream, so that an
/// outage of ours never costs a receiver its stream.
struct StreamActivity: Sendable {
  private let start: Timestamp
  private var last: [Int64: Timestamp] = [:]

  init(since start: Timestamp) {
    self.start = start
  }

  mutating func note(_ stream: Int64, at now: Timestamp) { last[stream] = now }

  /// Forgets a stream that is deleted.
  mutating func forget(_ stream: Int64) { last[stream] = nil }

  func last(of stream: Stream) -> Timestamp { max(last[stream.number] ?? start, stream.updated) }
}
