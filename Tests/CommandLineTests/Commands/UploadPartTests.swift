import JSON
import Testing

@testable import ssf_transmitter

@Suite struct UploadPartTests {
  /// The parts that go out for records of these many bytes, line ends counted.
  private func parts(_ sizes: [Int]) -> [Int] {
    var part = UploadPart()
    var parts: [Int] = []
    for size in sizes {
      let record = JSONValue.string(String(repeating: "x", count: size - 3))
      if let full = part.add(record) { parts.append(full.count) }
    }
    return part.isEmpty ? parts : parts + [part.bytes.count]
  }

  @Test("a record that would go over goes into the next part; one that is too long alone is alone")
  func bytes() {
    let most = NDJSONPart.mostBytes
    #expect(parts([]) == [])
    #expect(parts([most - 10, 10, 10]) == [most, 10])
    #expect(parts([10, most + 500_000, 10]) == [10, most + 500_000, 10])
    #expect(parts([most / 2, most / 2 + 1]) == [most / 2, most / 2 + 1])
  }

  @Test("a part has at most 5,000 records")
  func records() {
    #expect(parts(Array(repeating: 3, count: 10_001)) == [15_000, 15_000, 3])
  }
}
