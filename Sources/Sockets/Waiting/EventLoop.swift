import Dispatch
import POSIX
import Synchronization

/// A serial queue that reports the readiness of its sockets and runs the tasks that serve them.
///
/// What wakes a task is then on the very thread that goes on with it: an answer costs no switch between threads
/// (measured on discovery requests, those switches were two fifths of the processor time). There is one loop for
/// each core; a socket belongs to one for life.
///
/// One Dispatch source watches all sockets of a loop, through their poller. A source for each of them would have
/// libdispatch's one manager thread woken by every wait.
package final class EventLoop: TaskExecutor {
  private struct State {
    var jobs = FirstInFirstOut<UnownedJob>()
    /// Tasks that wait for their turn.
    var patient = FirstInFirstOut<UnsafeContinuation<Void, Never>>()
    /// A run is under way, or queued.
    var isRunning = false

    /// Answers true if a run has to be queued.
    mutating func beginRun() -> Bool {
      defer { isRunning = true }
      return !isRunning
    }
  }

  let poller = Poller()
  private let queue: DispatchQueue
  // Dispatch sources may be used from any thread; the protocol type does not say so.
  private nonisolated(unsafe) let source: any DispatchSourceRead
  private let state = Mutex(State())

  package init(label: String) {
    queue = DispatchQueue(label: label)
    source = DispatchSource.makeReadSource(fileDescriptor: poller.number, queue: queue)
    source.setEventHandler { @Sendable [poller] in poller.wakeReady() }
    source.setCancelHandler { @Sendable [poller] in withExtendedLifetime(poller) {} }
    source.activate()
  }

  deinit {
    source.cancel()
  }

  /// As many loops as there are cores.
  package static func perCore(label: String) -> [EventLoop] {
    (0..<coreCount()).map { EventLoop(label: "\(label).\($0)") }
  }

  private static let all = perCore(label: "sockets.loop")
  private static let turn = Atomic(0)

  /// The loop for the next socket: each in turn.
  package static func next() -> EventLoop {
    all[(turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max) % all.count]
  }

  /// How much waits to be run, or for its turn: what a new attempt has before it.
  package var backlog: Int { state.withLock { $0.jobs.count + $0.patient.count } }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    add { $0.jobs.append(job) }
  }

  /// Lets the calling task, which prefers this loop, wait until nothing else is to be done here, then go on before the
  /// next that waits so. For work that takes long and is not urgent: without it what has arrived meanwhile would wait
  /// behind all such work that was there before.
  package func takeTurn() async {
    await withUnsafeContinuation { continuation in add { $0.patient.append(continuation) } }
  }

  /// Has a run see to what is put in line.
  private func add(_ putInLine: (inout State) -> Void) {
    let isFirst = state.withLock { state in
      putInLine(&state)
      return state.beginRun()
    }
    if isFirst { queue.async { self.run() } }
  }

  // MARK: - Running

  private enum Step {
    case job
    case turn(UnsafeContinuation<Void, Never>)
    case end
  }

  private func run() {
    while true {
      runSomeJobs()
      poller.wakeReady()
      switch state.withLock({ Self.nextStep(&$0) }) {
      case .job: continue
      // Resumed, its job is the next.
      case .turn(let continuation): continuation.resume()
      case .end: return
      }
    }
  }

  /// Not all of them: tasks that yield to each other would keep those that wait for their sockets waiting.
  private func runSomeJobs() {
    for _ in 1...Self.jobsBetweenLooks {
      guard let job = state.withLock({ $0.jobs.popFirst() }) else { return }
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  private static let jobsBetweenLooks = 64

  private static func nextStep(_ state: inout State) -> Step {
    guard state.jobs.count == 0 else { return .job }
    if let continuation = state.patient.popFirst() { return .turn(continuation) }
    state.isRunning = false
    return .end
  }
}
