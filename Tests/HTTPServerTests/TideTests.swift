import Testing

@testable import HTTPServer

@Suite struct TideTests {
  @Test(
    "a flood is over once, when an eighth of it is left",
    arguments: [(255, []), (256, [32]), (1000, [125])] as [(Int, [Int])])
  func flood(height: Int, expected: [Int]) {
    var tide = Tide()
    for _ in 1...2 {
      for count in 1...height { tide.rise(to: count) }
      var ends: [Int] = []
      for count in (0..<height).reversed() where tide.fall(to: count) { ends.append(count) }
      #expect(ends == expected)
    }
  }
}
