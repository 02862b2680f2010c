import Dispatch
import Glibc
import Synchronization

/// A serial queue that reports the readiness of its sockets and runs the tasks that serve them.
///
/// What wakes a task is then on the very thread that goes on with it: an answer costs no switch between threads
/// (measured on discovery requests, those switches were two fifths of the processor time). There is one loop for
/// each core; a socket belongs to one for life.
package final class EventLoop: TaskExecutor {
  let queue: DispatchQueue
  private let waitingJobs = Atomic(0)

  package init(label: String) {
    queue = DispatchQueue(label: label)
  }

  /// As many loops as there are cores.
  package static func perCore(label: String) -> [EventLoop] {
    (0..<max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))).map { EventLoop(label: "\(label).\($0)") }
  }

  private static let all = perCore(label: "sockets.loop")
  private static let turn = Atomic(0)

  /// The loop for the next socket: each in turn.
  package static func next() -> EventLoop {
    all[(turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max) % all.count]
  }

  /// How many jobs wait for their turn: what a new one has before it.
  package var backlog: Int { waitingJobs.load(ordering: .relaxed) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    waitingJobs.add(1, ordering: .relaxed)
    queue.async { [self] in
      waitingJobs.subtract(1, ordering: .relaxed)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
