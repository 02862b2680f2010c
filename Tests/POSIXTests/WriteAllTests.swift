import Glibc
import POSIX
import Testing

@Suite struct WriteAllTests {
  @Test("everything goes, also what takes several calls", arguments: [0, 1, 60_000, 1 << 20])
  func whole(count: Int) async throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (output, input) = (ends[0], ends[1])
    async let read = Task.detached { try readToEnd(of: output) }.value
    try writeAll(bytes[...], to: input)
    close(input)
    #expect(try await read == bytes)
    close(output)
  }

  @Test("why nothing more can be written is told by the call that failed")
  func refusal() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let error = #expect(throws: SystemError.self) { try writeAll([1, 2, 3], to: full) }
    #expect(error == SystemError(ENOSPC))
  }
}
