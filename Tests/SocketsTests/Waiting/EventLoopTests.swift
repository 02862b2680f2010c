import Glibc
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
  /// What tasks did, in order.
  private final class Journal: Sendable {
    private let entries = Mutex<[String]>([])
    private let isOpen = Atomic(false)

    var all: [String] { entries.withLock { $0 } }

    func note(_ entry: String) { entries.withLock { $0.append(entry) } }

    /// Holds the calling thread until the journal is opened.
    func waitUntilOpen() {
      while !isOpen.load(ordering: .acquiring) { sched_yield() }
    }

    func open() { isOpen.store(true, ordering: .releasing) }
  }

  @Test("who takes turns goes after all else that there is to do, each with what it causes before the next")
  func turns() async throws {
    let loop = EventLoop(label: "test")
    let journal = Journal()
    let holder = Task(executorPreference: loop) { journal.waitUntilOpen() }
    let long = ["first", "second"].map { name in
      Task(executorPreference: loop) {
        await loop.takeTurn()
        journal.note(name)
        await Task(executorPreference: loop) { journal.note("after the \(name)") }.value
      }
    }
    let short = Task(executorPreference: loop) { journal.note("short") }
    #expect(loop.backlog >= 3)
    journal.open()
    for task in [holder, short] + long { await task.value }
    #expect(journal.all == ["short", "first", "after the first", "second", "after the second"])
    #expect(loop.backlog == 0)
  }

  @Test("what becomes ready while others wait for their turns goes before the next of them")
  func readiness() async throws {
    let loop = EventLoop(label: "test")
    let journal = Journal()
    let (left, right) = try Socket.pair(on: loop)
    let reader = Task(executorPreference: loop) {
      var buffer: [UInt8] = []
      _ = try await right.receive(into: &buffer, atMost: 1, deadline: .after(.seconds(20)))
      journal.note("received")
    }
    let long = (1...3).map { number in
      Task(executorPreference: loop) {
        if number == 1 { journal.waitUntilOpen() }
        await loop.takeTurn()
        journal.note("\(number)")
        if number == 1 { try await left.send([1], deadline: .after(.seconds(20))) }
      }
    }
    journal.open()
    for task in [reader] + long { try await task.value }
    #expect(journal.all == ["1", "received", "2", "3"])
  }

  @Test("what becomes ready is seen although tasks on the loop yield to each other without end")
  func yielding() async throws {
    let loop = EventLoop(label: "test")
    let (left, right) = try Socket.pair(on: loop)
    let yielding = Task(executorPreference: loop) {
      while !Task.isCancelled { await Task.yield() }
    }
    let reader = Task(executorPreference: loop) {
      var buffer: [UInt8] = []
      return try await right.receive(into: &buffer, atMost: 1, deadline: .after(.seconds(20)))
    }
    try await left.send([1], deadline: .after(.seconds(20)))
    #expect(try await reader.value == 1)
    yielding.cancel()
    await yielding.value
  }

  /// Counts who comes, and who comes while another is there.
  private final class Turnstile: Sendable {
    private let state = Mutex((passed: 0, collisions: 0))
    private let isBusy = Atomic(false)

    var passed: Int { state.withLock { $0.passed } }
    var collisions: Int { state.withLock { $0.collisions } }

    func pass() {
      let isTaken = isBusy.exchange(true, ordering: .acquiringAndReleasing)
      state.withLock { $0 = ($0.passed + 1, $0.collisions + (isTaken ? 1 : 0)) }
      isBusy.store(false, ordering: .releasing)
    }
  }

  @Test("a loop runs what many threads hand in, all of it and one at a time")
  func manyThreads() async throws {
    let loop = EventLoop(label: "test")
    let turnstile = Turnstile()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<4000 {
        group.addTask(executorPreference: loop) {
          if number.isMultiple(of: 3) { await loop.takeTurn() }
          turnstile.pass()
        }
      }
    }
    #expect(turnstile.passed == 4000 && turnstile.collisions == 0)
  }
}
