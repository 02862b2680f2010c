import Testing

@testable import Transmitter

@Suite struct RotationTests {
  private func drain(_ rotation: inout Rotation) -> [Int64] {
    var turns: [Int64] = []
    while let stream = rotation.next() { turns.append(stream) }
    return turns
  }

  @Test("each stream has one turn, in the order in which they asked")
  func order() {
    var rotation = Rotation()
    for stream: Int64 in [3, 1, 3, 2, 1] { rotation.join(stream) }
    #expect(drain(&rotation) == [3, 1, 2])
    #expect(rotation.next() == nil)
  }

  @Test("P5 a stream that asks again after its turn stands behind the others")
  func fairness() {
    var rotation = Rotation()
    for stream: Int64 in [1, 2, 3] { rotation.join(stream) }
    var turns: [Int64] = []
    for _ in 0..<7 {
      guard let stream = rotation.next() else { break }
      turns.append(stream)
      rotation.join(stream)
    }
    #expect(turns == [1, 2, 3, 1, 2, 3, 1])
  }
}
