package import Dispatch

/// A serial executor on a queue of its own, for an actor whose work blocks (fsync, locks) and must not hold a thread
/// of the cooperative pool.
///
/// The actor keeps it in a `let` and answers `unownedExecutor` with `executor.asUnownedSerialExecutor()`.
package final class QueueExecutor: SerialExecutor {
  /// The queue under the executor. A plain block on it runs isolated to the actor (`assumeIsolated` holds).
  package let queue: DispatchQueue

  package init(label: String, qos: DispatchQoS = .userInitiated) {
    queue = DispatchQueue(label: label, qos: qos)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  package func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
