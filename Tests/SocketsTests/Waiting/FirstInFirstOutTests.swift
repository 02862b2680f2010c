import Testing

@testable import Sockets

@Suite struct FirstInFirstOutTests {
  @Test("elements leave in the order in which they came, however coming and going alternate")
  func order() {
    var queue = FirstInFirstOut<Int>()
    var (next, left) = (0, [Int]())
    for round in 1...40 {
      for _ in 0..<round % 7 {
        queue.append(next)
        next += 1
      }
      for _ in 0..<round % 5 { if let element = queue.popFirst() { left.append(element) } }
      #expect(queue.count == next - left.count)
    }
    while let element = queue.popFirst() { left.append(element) }
    #expect(left == Array(0..<next))
    #expect(queue.popFirst() == nil && queue.count == 0)
  }
}
