/// The name of one request; it becomes text only where somebody will read it.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
  private let run: UInt64
  private let number: UInt64

  /// - Parameters:
  ///   - run: random for each listener and start, so that ids of different runs do not meet in one log.
  ///   - number: counts the requests of that run.
  package init(run: UInt64, number: UInt64) {
    self.run = run
    self.number = number
  }

  /// 32 hexadecimal digits, the form that SailPoint's clients know as `trackingId`.
  package var description: String { Hexadecimal.encode(run) + Hexadecimal.encode(number) }
}
