import Glibc
import Testing

@testable import Sockets

@Suite(.timeLimit(.minutes(1))) struct ReadinessTests {
  private let loop = EventLoop(label: "test")
  private let soon = Deadline.after(.seconds(20))

  /// Both ends of a connection; the kernel takes no byte more at the first.
  private func fullPair() throws -> (Readiness, Readiness) {
    var numbers: [CInt] = [0, 0]
    try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &numbers) == 0)
    let ends = numbers.map { Readiness(Descriptor(owning: $0), on: loop) }
    let bytes = [UInt8](repeating: 0, count: 1 << 16)
    while write(numbers[0], bytes, bytes.count) > 0 {}
    return (ends[0], ends[1])
  }

  private func waitsInBothDirections(on end: Readiness) -> [Task<Void, any Error>] {
    [Readiness.Direction.read, .write].map { direction in
      Task { try await end.wait(for: direction, until: soon) }
    }
  }

  private func drain(_ end: Readiness) throws {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while try end.perform({ read($0, &bytes, bytes.count) }) > 0 {}
  }

  @Test(
    "one task waits to read and another to write: what happens first wakes its own, and the other waits on")
  func bothDirections() async throws {
    let (near, far) = try fullPair()
    let reader = Task { try await near.wait(for: .read, until: soon) }
    let writer = Task { try await near.wait(for: .write, until: soon) }
    _ = try far.perform { write($0, [1], 1) }
    try await reader.value
    try drain(far)
    try await writer.value
    for end in [near, far] { end.close() }
  }

  @Test("a wait whose deadline has passed leaves the next one nothing to lose")
  func waitAfterDeadline() async throws {
    let (near, far) = try fullPair()
    await #expect(throws: SocketError.Cause.deadlinePassed) {
      try await near.wait(for: .read, until: .after(.milliseconds(20)))
    }
    _ = try far.perform { write($0, [1], 1) }
    try await near.wait(for: .read, until: soon)
    for end in [near, far] { end.close() }
  }

  @Test("a peer that is gone wakes whoever waits")
  func hangUp() async throws {
    let (near, far) = try fullPair()
    let waits = waitsInBothDirections(on: near)
    far.close()
    for wait in waits { try await wait.value }
    near.close()
  }

  @Test("who waits is told of the close, also of one by another thread")
  func close() async throws {
    let (near, far) = try fullPair()
    let waits = waitsInBothDirections(on: near)
    near.close()
    for wait in waits {
      await #expect(throws: SocketError.Cause.closed) { try await wait.value }
    }
    far.close()
  }

  @Test("what cannot be waited for says so, each time")
  func unwatchable() async throws {
    let file = Readiness(Descriptor(owning: open("/proc/self/exe", O_RDONLY | O_CLOEXEC)), on: loop)
    for direction in [Readiness.Direction.read, .write] {
      await #expect(throws: SocketError.Cause.system(EPERM)) {
        try await file.wait(for: direction, until: soon)
      }
    }
    file.close()
  }
}
