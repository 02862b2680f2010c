import Sockets
import Testing

@Suite struct DeadlineTests {
  @Test("a deadline in the future has not passed, one at this instant has")
  func passing() {
    #expect(!Deadline.after(.seconds(60)).hasPassed)
    #expect(Deadline.after(.zero).hasPassed)
    #expect(Deadline.after(.seconds(-5)).hasPassed)
    #expect(!Deadline.never.hasPassed)
  }

  @Test("what is left shrinks to zero and not below")
  func remainder() {
    let remaining = Deadline.after(.seconds(60)).remaining
    #expect(remaining > .seconds(50) && remaining <= .seconds(60))
    #expect(Deadline.after(.zero).remaining == .zero)
  }

  @Test("an immense duration is never")
  func saturation() {
    #expect(Deadline.after(.seconds(Int64.max)) == .never)
    #expect(Deadline.never + .seconds(1) == .never)
  }

  @Test("the earliest of two comes first")
  func order() {
    let soon = Deadline.after(.seconds(1))
    #expect(Deadline.earliest(of: .never, soon) == soon)
    #expect(Deadline.earliest(of: soon, soon + .milliseconds(1)) == soon)
  }
}
