import Testing

@testable import Sockets

@Suite struct LookupQueueTests {
  private var queue = LookupQueue(width: 4)

  /// Lets look-ups of these names last longer than anybody waits.
  private mutating func outlast(_ names: [String]) {
    for name in names {
      queue.append(name)
      _ = queue.next()
      queue.end(name, isWanted: false)
    }
  }

  private mutating func takeAll() -> [String] {
    var taken: [String] = []
    while let name = queue.next() { taken.append(name) }
    return taken
  }

  @Test("names are taken in order, as many as there are threads")
  mutating func order() {
    for name in ["a", "b", "c", "d", "e"] { queue.append(name) }
    #expect(takeAll() == ["a", "b", "c", "d"])
    queue.end("b", isWanted: true)
    #expect(takeAll() == ["e"])
  }

  @Test("P5 names that hang have half of the threads, and wait for the others")
  mutating func slowNames() {
    outlast(["x", "y", "z"])
    for name in ["x", "y", "z", "a", "b", "c"] { queue.append(name) }
    #expect(takeAll() == ["a", "b", "c", "x"])
    for name in ["a", "b", "c"] { queue.end(name, isWanted: true) }
    #expect(takeAll() == ["y"])
    queue.end("x", isWanted: false)
    #expect(takeAll() == ["z"])
  }

  @Test("a name that is answered in time is quick again")
  mutating func recovery() {
    outlast(["x", "y", "z"])
    queue.append("x")
    #expect(takeAll() == ["x"])
    queue.end("x", isWanted: true)
    for name in ["y", "z", "x"] { queue.append(name) }
    #expect(takeAll() == ["x", "y", "z"])
  }

  @Test("a name that nobody wants when its turn comes leaves its place, and is no slower for it")
  mutating func dropped() {
    for name in ["a", "b", "c", "d", "e"] { queue.append(name) }
    _ = queue.next()
    queue.drop("a")
    #expect(takeAll() == ["b", "c", "d", "e"])
  }

  @Test("one thread serves names that hang as well")
  func single() {
    var single = LookupQueue(width: 1)
    for _ in 0..<2 {
      single.append("x")
      #expect(single.next() == "x")
      single.end("x", isWanted: false)
    }
  }
}
