import Testing

@testable import Sockets

@Suite struct LookupQueueTests {
  private var queue = LookupQueue(width: 4)

  /// Has these names looked up, one after the other.
  private mutating func know(_ names: [String], asQuick wasQuick: Bool) {
    for name in names {
      queue.append(name)
      #expect(queue.next() == name)
      queue.end(name, wasQuick: wasQuick)
    }
  }

  private mutating func takeAll(after names: [String] = []) -> [String] {
    for name in names { queue.append(name) }
    var taken: [String] = []
    while let name = queue.next() { taken.append(name) }
    return taken
  }

  @Test("quick names are taken in order, as many as there are threads")
  mutating func order() {
    know(["a", "b", "c", "d", "e"], asQuick: true)
    #expect(takeAll(after: ["a", "b", "c", "d", "e"]) == ["a", "b", "c", "d"])
    queue.end("b", wasQuick: true)
    #expect(takeAll() == ["e"])
  }

  @Test("P5 unknown names leave a quarter of the threads to those that were quick")
  mutating func unknownNames() {
    know(["a"], asQuick: true)
    #expect(takeAll(after: ["u", "v", "w", "x"]) == ["u", "v", "w"])
    #expect(takeAll(after: ["a"]) == ["a"])
    queue.end("a", wasQuick: true)
    #expect(takeAll() == [])
    queue.end("u", wasQuick: false)
    #expect(takeAll() == ["x"])
  }

  @Test("P5 slow names have half of the threads, and wait for all others")
  mutating func slowNames() {
    know(["x", "y", "z"], asQuick: false)
    know(["a"], asQuick: true)
    #expect(takeAll(after: ["x", "y", "z", "b", "a"]) == ["a", "b"])
    queue.end("a", wasQuick: true)
    #expect(takeAll() == ["x"])
    for name in ["b", "x"] { queue.end(name, wasQuick: false) }
    #expect(takeAll() == ["y", "z"])
  }

  @Test("a name is as quick as it was the last time")
  mutating func recovery() {
    know(["x", "y"], asQuick: false)
    know(["x"], asQuick: true)
    #expect(takeAll(after: ["y", "x"]) == ["x", "y"])
    for name in ["x", "y"] { queue.end(name, wasQuick: name == "y") }
    #expect(takeAll(after: ["x", "y"]) == ["y", "x"])
  }

  @Test("thousands of slow names make the next one no quicker, and no more than thousands are remembered")
  mutating func bound() {
    know((1...20_000).map(String.init), asQuick: false)
    know(["x"], asQuick: false)
    #expect(takeAll(after: ["x", "1"]) == ["1", "x"])
  }

  @Test("a name that nobody wants when its turn comes leaves its place, and is no slower for it")
  mutating func dropped() {
    #expect(takeAll(after: ["a", "b", "c", "d"]) == ["a", "b", "c"])
    queue.drop("a")
    #expect(takeAll() == ["d"])
    for name in ["b", "c", "d"] { queue.end(name, wasQuick: true) }
    know(["x"], asQuick: false)
    #expect(takeAll(after: ["x", "a"]) == ["a", "x"])
  }

  @Test("one thread serves names that hang as well")
  mutating func single() {
    queue = LookupQueue(width: 1)
    for _ in 0..<2 { know(["x"], asQuick: false) }
  }
}
