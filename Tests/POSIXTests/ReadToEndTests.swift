import Glibc
import POSIX
import Testing

@Suite struct ReadToEndTests {
  @Test("everything comes, in one piece", arguments: [0, 1, 65536, 60_000])
  func whole(count: Int) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(write(ends[1], bytes, count) == count)
    close(ends[1])
    #expect(try readToEnd(of: ends[0]) == bytes)
  }

  @Test("what the kernel refuses is told in words")
  func refusal() throws {
    let error = #expect(throws: SystemError.self) { try readToEnd(of: -1) }
    #expect(error == SystemError(EBADF))
    #expect(error?.description == "Bad file descriptor")
  }
}
