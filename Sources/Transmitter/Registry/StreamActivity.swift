import Synchronization

/// When a receiver last showed that it cares for its stream: with a management call that names it, or a poll
/// (SSF §8.1.1). Kept in memory only: a start of the transmitter counts as activity of every stream, so that an
/// outage of ours never costs a receiver its stream.
final class StreamActivity: Sendable {
  private let start: Timestamp
  private let last = Mutex<[Int64: Timestamp]>([:])

  init(since start: Timestamp) {
    self.start = start
  }

  func note(_ stream: Int64, at now: Timestamp) {
    last.withLock { $0[stream] = now }
  }

  func last(of stream: Stream) -> Timestamp {
    max(last.withLock { $0[stream.number] } ?? start, stream.updated)
  }
}
