import HTTP
import SharedSignals
import Testing

@testable import Transmitter

@Suite struct StreamQueueTests {
  private func page(
    _ sequences: some Sequence<Int64>, about subject: String = "", isFull: Bool = false,
    nextDue: Timestamp? = nil
  ) throws -> DuePage {
    DuePage(
      deliveries: try sequences.map { try .testing($0, about: subject) }, isFull: isFull, nextDue: nextDue)
  }

  /// A queue that has read one page.
  private func queue(window: Int = 4, holding page: DuePage) -> StreamQueue {
    var queue = StreamQueue(window: window)
    expectReading(&queue)
    queue.endReading(page)
    return queue
  }

  /// One of the stream's eras, after so many changes of its status.
  private func era(_ statusChanges: Int) throws -> PushEra {
    let target = PushTarget(
      method: DeliveryMethodURI(.push), endpoint: try HTTPURL(parsing: "https://receiver.example/events"))
    return PushEra(route: PushRoute(target: target, identity: nil), statusChanges: statusChanges)
  }

  private func expectReading(_ queue: inout StreamQueue, sourceLocation: SourceLocation = #_sourceLocation) {
    let begins = queue.beginsReading()
    #expect(begins, "a reading should begin", sourceLocation: sourceLocation)
  }

  private func expectNoReading(_ queue: inout StreamQueue, sourceLocation: SourceLocation = #_sourceLocation)
  {
    let begins = queue.beginsReading()
    #expect(!begins, "no reading should begin", sourceLocation: sourceLocation)
  }

  /// Starts all that can be started; answers their sequences.
  private func startAll(_ queue: inout StreamQueue) -> [Int64] {
    var started: [Int64] = []
    while let delivery = queue.start(at: .testing) { started.append(delivery.sequence) }
    return started
  }

  @Test("deliveries start in the order in which they fell due, up to the window, and on as slots come free")
  func window() throws {
    var queue = queue(window: 3, holding: try page(1...10))
    #expect(startAll(&queue) == [1, 2, 3])
    queue.finish([2])
    #expect(startAll(&queue) == [4])
    queue.finish([1, 3, 4])
    #expect(startAll(&queue) == [5, 6, 7])
  }

  @Test("P6 two deliveries about one subject are never in flight together; others pass by")
  func oneOfEachSubject() throws {
    var queue = StreamQueue(window: 4)
    _ = queue.beginsReading()
    queue.endReading(
      DuePage(
        deliveries: [
          try .testing(1, about: "a"), try .testing(2, about: "a"), try .testing(3, about: "b"),
          try .testing(4, about: "a"),
        ], isFull: false, nextDue: nil))
    #expect(startAll(&queue) == [1, 3])
    queue.finish([3])
    #expect(startAll(&queue).isEmpty)
    queue.finish([1])
    #expect(startAll(&queue) == [2])
    queue.finish([2])
    #expect(startAll(&queue) == [4])
  }

  @Test("one reading runs at a time, and only while the read-ahead runs low")
  func readings() throws {
    var queue = StreamQueue(window: 100)
    expectReading(&queue)
    expectNoReading(&queue)
    queue.endReading(try page(1...64, isFull: true))
    expectNoReading(&queue)
    for _ in 1...48 { _ = queue.start(at: .testing) }
    expectNoReading(&queue)
    _ = queue.start(at: .testing)
    expectReading(&queue)
  }

  @Test("after a page that was not full nothing is read until something may have changed")
  func noIdleReading() throws {
    var queue = queue(holding: try page([]))
    expectNoReading(&queue)
    queue.wake()
    expectReading(&queue)
    queue.endReading(try page([1]))
    expectNoReading(&queue)
    _ = queue.start(at: .testing)
    queue.finish([1])
    expectReading(&queue)
  }

  @Test("a wake or an outcome during a reading leads to another one")
  func changesDuringReading() throws {
    let changes: [(inout StreamQueue) -> Void] = [{ $0.wake() }, { queue in queue.finish([9]) }]
    for change in changes {
      var queue = StreamQueue(window: 4)
      expectReading(&queue)
      change(&queue)
      expectNoReading(&queue)
      queue.endReading(try page([]))
      expectReading(&queue)
    }
  }

  @Test("what is known, ready or in flight, is not taken from a page again")
  func known() throws {
    var queue = queue(window: 2, holding: try page(1...4))
    #expect(startAll(&queue) == [1, 2])
    #expect(queue.known == [1, 2, 3, 4])
    queue.wake()
    _ = queue.beginsReading()
    queue.endReading(try page(1...6))
    #expect(queue.known == [1, 2, 3, 4, 5, 6])
    queue.finish([1, 2])
    #expect(startAll(&queue) == [3, 4])
    queue.finish([3, 4])
    #expect(startAll(&queue) == [5, 6])
  }

  @Test("a full page of known deliveries leads to another reading")
  func fullOfKnown() throws {
    var queue = queue(window: 2, holding: try page([1, 2]))
    _ = startAll(&queue)
    queue.wake()
    expectReading(&queue)
    queue.endReading(try page([1, 2], isFull: true))
    expectReading(&queue)
  }

  @Test("faults of our own make the stream wait as failures do, and say nothing of the receiver")
  func ownFaults() throws {
    let now = Moment.testing
    var queue = queue(holding: try page(1...8))
    for _ in 1...5 { queue.note(AttemptResult(.unsent, code: "signing_failed"), now: now, fraction: 0) }
    #expect(!queue.isOutage)
    #expect(queue.trouble == nil && queue.fault == "signing_failed")
    #expect(startAll(&queue).isEmpty)
    #expect(queue.nextWaking(after: now) == .seconds(1))
    let probe = queue.start(at: now + .seconds(1))
    #expect(probe?.sequence == 1)
    let second = queue.start(at: now + .seconds(1))
    #expect(second == nil)
    queue.note(AttemptResult(.accepted, code: "http_202"), now: now + .seconds(1), fraction: 0)
    queue.finish([1])
    #expect(queue.fault == nil)
    #expect(startAll(&queue) == [2, 3, 4, 5])
  }

  @Test("P7 while the receiver wants quiet, neither what it takes late nor a pause ends its trouble")
  func quiet() throws {
    let now = Moment.testing
    let end = now + .seconds(60)
    var queue = queue(holding: try page(1...8))
    queue.enter(try era(0), at: now)
    #expect(startAll(&queue) == [1, 2, 3, 4])
    queue.note(AttemptResult(.deferred(.seconds(60)), code: "http_429"), now: now, fraction: 0)
    queue.note(AttemptResult(.accepted, code: "http_202"), now: now + .seconds(1), fraction: 0)
    #expect(queue.trouble?.code == "http_429")
    queue.enter(try era(1), at: now + .seconds(2))
    queue.note(AttemptResult(.accepted, code: "http_202"), now: now + .seconds(3), fraction: 0)
    #expect(queue.trouble?.code == "http_429")
    queue.finish(1...4)
    expectReading(&queue)
    queue.endReading(try page(5...8))
    let probes = [queue.start(at: end), queue.start(at: end)]
    #expect(probes.map { $0?.sequence } == [5, nil])
    queue.note(AttemptResult(.accepted, code: "http_202"), now: end, fraction: 0)
    #expect(queue.trouble == nil)
    let next = queue.start(at: end)
    #expect(next?.sequence == 6)
  }

  @Test("a stream that somebody stops or enables is worth an attempt at once")
  func newEra() throws {
    let now = Moment.testing
    var queue = queue(holding: try page(1...8))
    queue.enter(try era(0), at: now)
    #expect(startAll(&queue) == [1, 2, 3, 4])
    queue.note(AttemptResult(.denied, code: "http_401"), now: now, fraction: 0)
    queue.finish(1...4)
    queue.enter(try era(0), at: now)
    #expect(queue.isOutage && queue.trouble != nil)
    queue.enter(try era(1), at: now)
    #expect(!queue.isOutage && queue.trouble == nil)
    #expect(try queue.isNews(AttemptResult(.gone, code: "http_410"), of: era(1)))
    #expect(try !queue.isNews(AttemptResult(.gone, code: "http_410"), of: era(0)))
    #expect(try queue.isNews(AttemptResult(.deferred(.seconds(1)), code: "http_429"), of: era(0)))
  }

  @Test("a receiver that is pushed to again after it polled has no past")
  func leftEra() throws {
    let now = Moment.testing
    var queue = queue(holding: try page(1...8))
    queue.enter(try era(0), at: now)
    queue.note(AttemptResult(.deferred(.seconds(60)), code: "http_429"), now: now, fraction: 0)
    queue.leaveEra()
    #expect(try !queue.isNews(AttemptResult(.deferred(.seconds(1)), code: "http_429"), of: era(0)))
    queue.enter(try era(0), at: now)
    #expect(!queue.isOutage && queue.quietUntil == nil)
  }

  @Test("the time of the next due delivery is the last reading's, and unknown after a wake")
  func nextDue() throws {
    let time = Timestamp(milliseconds: 5)
    var queue = queue(holding: try page([], nextDue: time))
    #expect(queue.nextDue == time)
    queue.wake()
    #expect(queue.nextDue == nil)
  }

  @Test("SSF 8.1.2 a queue at rest forgets what was ready but not what is in flight, and takes no page")
  func rest() throws {
    var queue = queue(window: 2, holding: try page(1...4, nextDue: Timestamp(milliseconds: 5)))
    #expect(startAll(&queue) == [1, 2])
    queue.finish([1])
    expectReading(&queue)
    queue.rest()
    #expect(queue.nextDue == nil)
    queue.endReading(try page(5...6, nextDue: Timestamp(milliseconds: 6)))
    #expect(queue.known == [2])
    #expect(queue.nextDue == nil)
    #expect(startAll(&queue).isEmpty)
    #expect(!queue.isIdle)
    queue.finish([2])
    #expect(queue.isIdle)
    queue.wake()
    expectReading(&queue)
    queue.endReading(try page(3...4))
    #expect(startAll(&queue) == [3, 4])
  }

  @Test("a reading from before a rest does not overlap with one from after it")
  func readingAcrossRest() throws {
    var queue = StreamQueue(window: 2)
    expectReading(&queue)
    queue.rest()
    queue.wake()
    expectNoReading(&queue)
    queue.endReading(try page([1]))
    expectReading(&queue)
  }
}
