import TestSupport
import Testing

@testable import Transmitter

@Suite struct DoorbellTests {
  private let bell = Doorbell()

  @Test("what was rung for before anybody listened is heard, once and together")
  func ringsBefore() async {
    bell.ring(1)
    bell.ring([2, 3])
    bell.ring(1)
    #expect(await bell.answer() == [1, 2, 3])
    bell.ring(4)
    #expect(await bell.answer() == [4])
  }

  @Test("a listener waits for the next ring; ringing for nobody is none", .timeLimit(.minutes(1)))
  func waits() async {
    async let heard = bell.answer()
    bell.ring([])
    bell.ring(7)
    #expect(await heard == [7])
  }

  @Test("every ring is heard, however rings and answers interleave", .timeLimit(.minutes(1)))
  func nothingIsLost() async {
    let listener = Task { [bell] in
      var heard: Set<Int64> = []
      while let streams = await bell.answer() {
        heard.formUnion(streams)
        if heard.count == 2000 { bell.close() }
      }
      return heard
    }
    await withTaskGroup(of: Void.self) { group in
      for stream: Int64 in 0..<2000 { group.addTask { [bell] in bell.ring(stream) } }
    }
    #expect(await listener.value.count == 2000)
  }

  @Test("closing wakes the listener, and whoever listens later hears nothing", .timeLimit(.minutes(1)))
  func closing() async {
    async let heard = bell.answer()
    bell.close()
    #expect(await heard == nil)
    bell.ring(1)
    #expect(await bell.answer() == nil)
  }
}
