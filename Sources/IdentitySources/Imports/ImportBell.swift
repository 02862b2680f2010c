/// Wakes whoever runs the imports. Rings while nobody listens are kept as one.
package final class ImportBell: Sendable {
  let rings: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() {
    (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func ring() { continuation.yield() }
  func close() { continuation.finish() }
}
