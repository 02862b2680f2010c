import TestSupport
import Testing

@testable import Transmitter

@Suite struct SteadyClockTests {
  private let wall = TestClock()
  private let clock: SteadyClock
  private let start: Timestamp
  private let week = Duration.seconds(7 * 86_400)

  init() {
    clock = SteadyClock(.testing(clock: wall))
    start = wall.now
  }

  @Test("while nobody sets it, its time is the wall clock's")
  func ordinary() {
    wall.advance(by: .seconds(3600))
    #expect(clock.moment().time == start + .seconds(3600))
    #expect(clock.moment().uptime == wall.uptime)
    #expect(clock.cutoff(of: week) == wall.now - week)
  }

  @Test("F16 after a step back its time runs on from where it was", arguments: [3600, 10 * 365 * 86_400])
  func back(seconds: Int) {
    wall.advance(by: .seconds(10))
    #expect(clock.moment().time == start + .seconds(10))
    wall.step(by: .seconds(-seconds))
    #expect(clock.moment().time == start + .seconds(10))
    wall.advance(by: .seconds(5))
    #expect(clock.moment().time == start + .seconds(15))
    #expect(clock.cutoff(of: week) == wall.now - week)
  }

  @Test("F16 a step forward is followed at once, and moves no uptime", arguments: [3600, 10 * 365 * 86_400])
  func forward(seconds: Int) {
    let before = clock.moment()
    wall.step(by: .seconds(seconds))
    #expect(clock.moment() == Moment(time: start + .seconds(seconds), uptime: before.uptime))
  }

  @Test("F16 a step forward makes nothing older for a minute; then it is believed")
  func grace() {
    let step = Duration.seconds(3650 * 86_400)
    wall.step(by: step)
    #expect(clock.cutoff(of: week) == start - week)
    wall.advance(by: .milliseconds(59_999))
    #expect(clock.cutoff(of: week) == start - week + .milliseconds(59_999))
    wall.advance(by: .milliseconds(1))
    #expect(clock.cutoff(of: week) == wall.now - week)
  }

  @Test("what was accepted after a step forward has its true age")
  func acceptedAfterStep() {
    wall.step(by: .seconds(86_400))
    let accepted = wall.now
    _ = clock.moment()
    wall.advance(by: .seconds(30))
    #expect(clock.cutoff(of: .seconds(29)) > accepted)
    #expect(clock.cutoff(of: .seconds(31)) < accepted)
  }

  @Test("two steps within a minute count together")
  func twoSteps() {
    wall.step(by: .seconds(86_400))
    _ = clock.moment()
    wall.step(by: .seconds(86_400))
    #expect(clock.cutoff(of: week) == start - week)
  }

  @Test("its time begins no earlier than what the store has seen")
  func advance() {
    clock.advance(to: start - .seconds(1))
    #expect(clock.moment().time == start)
    clock.advance(to: start + .seconds(60))
    wall.advance(by: .seconds(1))
    #expect(clock.moment().time == start + .seconds(61))
  }
}
