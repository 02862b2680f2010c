import Dispatch
import JOSE
import JSON
import Synchronization

/// Makes signatures and times them. An RS256 signature keeps a core busy for a fifth of a millisecond or more, which must
/// not hold up a loop whose callers wait for answers: for those there are threads, one per core. Deliveries sign on the
/// loop that sends.
package final class SigningPool: Sendable {
  private let queues: [DispatchQueue]
  private let next = Atomic<Int>(0)
  private let seconds = Mutex(Histogram.seconds)

  package init(width: Int) {
    queues = (0..<max(width, 1)).map { DispatchQueue(label: "signing-\($0)") }
  }

  /// How long signatures took, the waiting for a thread left out.
  package var signingTimes: Histogram { seconds.withLock { $0 } }

  /// Makes a signed SET: its claims as compact JSON, signed with `key`.
  ///
  /// An ES256 signature takes some 20 µs, less than the way to another thread and back.
  func sign(_ delivery: PendingDelivery, with key: SigningKey) async throws -> [UInt8] {
    if key.algorithm == .es256 { return try signHere(delivery, with: key) }
    return try await run { try key.sign(delivery.token, as: delivery.profile) }
  }

  /// The same on the calling thread; with RS256 that must be one that serves nothing but deliveries. There the way to
  /// another thread would cost a tenth of a signature.
  func signHere(_ delivery: PendingDelivery, with key: SigningKey) throws -> [UInt8] {
    try timed { try key.sign(delivery.token, as: delivery.profile) }
  }

  /// Signs claims as they are with `key`.
  func sign(_ claims: JSONObject, with key: SigningKey) async throws -> [UInt8] {
    try await run { try key.sign(payload: JSONValue.object(claims).serialized()) }
  }

  private func run(_ work: @escaping @Sendable () throws -> [UInt8]) async throws -> [UInt8] {
    let turn = next.wrappingAdd(1, ordering: .relaxed).newValue
    let queue = queues[Int(UInt(bitPattern: turn) % UInt(queues.count))]
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { [self] in
        continuation.resume(with: Result { try timed(work) })
      }
    }
  }

  private func timed(_ work: () throws -> [UInt8]) rethrows -> [UInt8] {
    let start = ContinuousClock.now
    defer {
      let duration = start.duration(to: .now)
      seconds.withLock { $0.note(duration) }
    }
    return try work()
  }
}
