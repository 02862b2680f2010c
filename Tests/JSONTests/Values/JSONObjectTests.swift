import JSON
import Testing

@Suite struct JSONObjectTests {
  @Test("a new name goes to the end, an old one keeps its place")
  func keepsOrder() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    #expect(object.names == ["b", "a", "c"])
    #expect(object.map(\.value) == [4, 2, 3])
  }

  @Test("setting nil removes a member, setting null keeps it")
  func removes() {
    var object: JSONObject = ["a": 1, "b": 2, "c": 3]
    object["a"] = nil
    object["x"] = nil
    object["b"] = .null
    #expect(object.names == ["b", "c"])
    #expect(object["a"] == nil)
    #expect(object["b"] == .null)
    #expect(object["c"] == 3)
  }

  @Test("an object is empty until it has a member")
  func counts() {
    var object = JSONObject()
    #expect(object.isEmpty)
    object["a"] = 1
    #expect(!object.isEmpty)
    #expect(object.count == 1)
  }

  @Test(
    "large objects answer as small ones, through growth, replacement and removal",
    arguments: [1, 15, 16, 17, 18, 500])
  func worksAtEverySize(count: Int) {
    var object = JSONObject()
    for number in 0..<count { object["n\(number)"] = .integer(Int64(number)) }
    for number in 0..<count { object["n\(number)"] = .integer(Int64(number + 1)) }
    #expect((0..<count).allSatisfy { object["n\($0)"] == .integer(Int64($0 + 1)) })

    object["n0"] = nil
    #expect(object.count == count - 1)
    #expect(object["n0"] == nil)
    #expect((1..<count).allSatisfy { object["n\($0)"] == .integer(Int64($0 + 1)) })

    object["n0"] = "again"
    #expect(object["n0"] == "again")
    #expect(object.names.last == "n0")
  }

  @Test("RFC 8259 4 order does not matter for equality and hash", arguments: [2, 40])
  func ignoresOrder(count: Int) {
    let names = (0..<count).map(String.init)
    var forward = JSONObject()
    var backward = JSONObject()
    for name in names { forward[name] = .string(name) }
    for name in names.reversed() { backward[name] = .string(name) }
    #expect(forward == backward)
    #expect(forward.hashValue == backward.hashValue)
    backward["0"] = "other"
    #expect(forward != backward)
    backward["0"] = nil
    backward["other"] = "0"
    #expect(forward != backward)
  }

  @Test("names that Swift strings would confuse are different members", arguments: [0, 40])
  func distinguishesCodeUnits(others: Int) {
    var object = JSONObject()
    for number in 0..<others { object["n\(number)"] = .integer(Int64(number)) }
    object["\u{E9}"] = 1
    object["e\u{301}"] = 2
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == 2)
  }
}
