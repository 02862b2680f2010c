import Dispatch
import Glibc
import Synchronization

/// SIGTERM and SIGINT as something to wait for. Owns the signal sources.
final class Signals: Sendable {
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]
  private let arrivals: AsyncStream<Void>

  init() {
    let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
    self.arrivals = arrivals
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { @Sendable in continuation.yield() }
      source.resume()
      return source
    }
  }

  /// Waits for the next signal.
  func next() async {
    var iterator = arrivals.makeAsyncIterator()
    _ = await iterator.next()
  }
}
