import Synchronization

/// Wakes whoever runs the imports, until it is closed. Rings while nobody listens are kept as one.
package final class ImportBell: Sendable {
  let rings: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let closed = Atomic(false)

  package init() {
    (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func ring() { continuation.yield() }

  func close() {
    closed.store(true, ordering: .releasing)
    continuation.finish()
  }

  var isClosed: Bool { closed.load(ordering: .acquiring) }
}
