import HTTP
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// RFC 8936 §2.5: how long a poll waits, and what ends the wait.
@Suite(.timeLimit(.minutes(2))) struct PollWaitTests {
  private let domain: TestDomain
  private let desk: PollDesk
  private let stream: Stream
  private let empty = PollAnswer(tokens: [], isMoreAvailable: false)

  init() async throws {
    domain = try await TestDomain()
    desk = try await domain.makeDesk(limits: PollDesk.Limits(longestWait: .seconds(30)))
    stream = try await domain.makePolledStream()
  }

  /// Waits until so many polls have taken their place: each has an alarm set.
  private func waitForPolls(_ count: Int = 1) async throws {
    try await eventually("\(count) polls wait") { domain.clock.sleeperCount == count }
  }

  @Test("RFC 8936 2.5 a poll without returnImmediately waits for an event, and gets it")
  func woken() async throws {
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    #expect(try await poll.value.tokenIDs == ids)
    try await eventually("its alarm is off") { domain.clock.sleeperCount == 0 }
  }

  @Test("RFC 8936 2.5 it waits for the longest time, not less, and gets nothing then")
  func timedOut() async throws {
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    let end = domain.clock.now + .seconds(30)
    #expect(domain.clock.nextWaking == end)
    domain.clock.advance(to: end)
    #expect(try await poll.value == empty)
  }

  @Test("what is there already is answered without waiting")
  func nothingToWaitFor() async throws {
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    #expect(try await desk.waiting(at: stream).value.tokenIDs == ids)
  }

  @Test("a poll for no SETs waits too, and is told that there is one")
  func acknowledgesOnly() async throws {
    let poll = desk.waiting(at: stream, maximum: 0)
    try await waitForPolls()
    try await domain.emit("a@example.com")
    #expect(try await poll.value == PollAnswer(tokens: [], isMoreAvailable: true))
  }

  @Test("acknowledgements are on disk before the wait")
  func settledFirst() async throws {
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    let poll = Task {
      try await desk.serve(
        PollRequest(acknowledged: ids), stream: stream.id, of: TestDomain.owner)
    }
    try await waitForPolls()
    #expect(domain.totals(of: stream).delivered == 1)
    let later = try await domain.emit("b@example.com").tokenIDs(for: stream)
    #expect(try await poll.value.tokenIDs == later)
  }

  @Test("a newer poll of the stream releases the older with nothing")
  func replaced() async throws {
    let older = desk.waiting(at: stream)
    try await waitForPolls()
    let newer = desk.waiting(at: stream)
    #expect(try await older.value == empty)
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    #expect(try await newer.value.tokenIDs == ids)
  }

  @Test("a poll that does not wait leaves the one that waits alone")
  func besideImmediate() async throws {
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    for _ in 1...3 { #expect(try await desk.look(at: stream) == empty) }
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    #expect(try await poll.value.tokenIDs == ids)
  }

  @Test("events that go elsewhere, and changes that leave nothing to say, do not end the wait")
  func notWoken() async throws {
    let other = try await domain.makePolledStream()
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    try await domain.registry.requestVerification(of: other.id, of: TestDomain.owner, state: nil)
    _ = try await domain.registry.update(stream.id, of: TestDomain.owner) { $0.settings.description = "x" }
    let ids = try await domain.emit("a@example.com").tokenIDs(for: stream)
    #expect(try await poll.value.tokenIDs == ids)
  }

  @Test(
    "RFC 8936 2.5 a poll of a stopped stream waits like any other, and gets what comes when the stream goes on",
    arguments: [StreamStatus.paused, .disabled])
  func stopped(status: StreamStatus) async throws {
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    try await domain.setStatus(status, of: stream)
    let held = try await domain.emit("held@example.com").tokenIDs(for: stream)
    #expect(domain.clock.sleeperCount == 1)
    try await domain.setStatus(.enabled, of: stream)
    let later = try await domain.emit("later@example.com").tokenIDs(for: stream)
    let expected = status == .paused ? held : later
    #expect(try await poll.value.tokenIDs.first == expected.first)
  }

  @Test(
    "SSF 8.1.2.1 it gets nothing as long as the stream is stopped",
    arguments: [StreamStatus.paused, .disabled])
  func stoppedThroughout(status: StreamStatus) async throws {
    try await domain.setStatus(status, of: stream)
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    try await domain.emit("held@example.com")
    domain.clock.advance(by: .seconds(30))
    #expect(try await poll.value == empty)
  }

  @Test("a stream that is deleted or pushed from now on ends the wait: there is nothing to poll")
  func gone() async throws {
    let other = try await domain.makePolledStream()
    let polls = [desk.waiting(at: stream), desk.waiting(at: other)]
    try await waitForPolls(2)
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    let endpoint = try HTTPURL(parsing: "http://127.0.0.1:9/events")
    _ = try await domain.registry.update(other.id, of: TestDomain.owner) {
      $0.settings.delivery = .push(endpoint)
    }
    for poll in polls {
      await #expect(throws: RegistryError.self) { _ = try await poll.value }
    }
  }

  @Test("the end of the transmitter releases every poll, and those that come after")
  func closed() async throws {
    let poll = desk.waiting(at: stream)
    try await waitForPolls()
    domain.doorbell.close()
    #expect(try await poll.value == empty)
    #expect(try await desk.waiting(at: stream).value == empty)
  }
}
