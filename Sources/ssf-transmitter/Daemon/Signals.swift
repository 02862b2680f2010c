import Dispatch
import Glibc

/// Signals as something to wait for. Owns their sources; while it lives the signals have no other effect.
final class Signals: Sendable {
  /// The numbers of the signals in the order of their arrival, for one reader. Ends when the reader is cancelled.
  let arrivals: AsyncStream<Int32>
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  init(_ numbers: Int32...) {
    let (arrivals, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.arrivals = arrivals
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { @Sendable in continuation.yield(number) }
      source.resume()
      return source
    }
  }
}
