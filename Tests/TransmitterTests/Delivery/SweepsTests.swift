import Testing

@testable import Transmitter

@Suite struct SweepsTests {
  @Test("a stream is swept once up to each of its stops")
  func once() {
    var sweeps = Sweeps()
    let answers = [0, 7, 7, 5, 8, .max, .max].map { sweeps.begins(1, through: $0) }
    #expect(answers == [false, true, false, false, true, true, false])
    let other = sweeps.begins(2, through: 3)
    #expect(other)
  }

  @Test("a stream is under way until the last of its sweeps has ended")
  func underWay() {
    var sweeps = Sweeps()
    #expect(!sweeps.isUnderWay(1))
    for last: Int64 in [5, 9] { _ = sweeps.begins(1, through: last) }
    sweeps.end(1)
    #expect(sweeps.isUnderWay(1) && !sweeps.isUnderWay(2))
    sweeps.end(1)
    #expect(!sweeps.isUnderWay(1))
  }
}
