import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SuspensionTests {
  @Test("a wake-up ends the wait")
  func waking() async {
    let place = Suspension()
    #expect(await place.wait(until: .never) { place.wake() } == .woken)
  }

  @Test("a deadline ends the wait, not before it has passed")
  func expiry() async {
    let deadline = Deadline.after(.milliseconds(30))
    #expect(await Suspension().wait(until: deadline) == .deadlinePassed)
    #expect(deadline.hasPassed)
  }

  @Test("a later deadline outlives the alarm of an earlier wait")
  func lazyAlarm() async {
    let place = Suspension()
    #expect(await place.wait(until: .after(.milliseconds(30))) { place.wake() } == .woken)
    let later = Deadline.after(.milliseconds(80))
    #expect(await place.wait(until: later) == .deadlinePassed)
    #expect(later.hasPassed)
  }

  @Test("an earlier deadline is not held up by the alarm of a later one")
  func earlierAlarm() async {
    let place = Suspension()
    #expect(await place.wait(until: .after(.seconds(3600))) { place.wake() } == .woken)
    #expect(await place.wait(until: .after(.milliseconds(20))) == .deadlinePassed)
  }

  @Test("cancellation ends the wait, whenever it comes")
  func cancellation() async {
    let place = Suspension()
    let task = Task { await place.wait(until: .never) }
    task.cancel()
    #expect(await task.value == .cancelled)
    let late = Task {
      await place.wait(until: .never) { withUnsafeCurrentTask { $0?.cancel() } }
    }
    #expect(await late.value == .cancelled)
  }

  @Test("a thousand waits with mixed deadlines all end")
  func crowd() async {
    let ended = await withTaskGroup(of: Suspension.Ending.self) { group in
      for index in 0..<1000 {
        group.addTask { await Suspension().wait(until: .after(.milliseconds(index % 40))) }
      }
      return await group.reduce(0) { $1 == .deadlinePassed ? $0 + 1 : $0 }
    }
    #expect(ended == 1000)
  }
}
