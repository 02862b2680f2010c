import Glibc
import POSIX
import Testing

@testable import Sockets

@Suite(.timeLimit(.minutes(1))) struct ListeningSocketTests {
  private let soon = Deadline.after(.seconds(20))

  @Test("a connection is accepted and both ends know each other", arguments: ["127.0.0.1:0", "[::1]:0"])
  func accepting(address: String) async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: address))
    #expect(listener.boundAddress.port != 0)
    async let accepted = listener.accept()
    let client = try await Socket.connect(to: listener.boundAddress, deadline: soon)
    let server = try #require(try await accepted)
    #expect(try server.remoteAddress == client.localAddress)
    #expect(try server.localAddress == client.remoteAddress)
  }

  @Test("closing ends a waiting accept with nil and refuses new connections")
  func closing() async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    async let accepted = listener.accept()
    listener.close()
    #expect(try await accepted == nil)
    #expect(try await listener.accept() == nil)
    await #expect(throws: SocketError.self) {
      try await Socket.connect(to: listener.boundAddress, deadline: soon)
    }
  }

  @Test("cancelling the task ends a waiting accept with nil")
  func cancellation() async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let task = Task { try await listener.accept() }
    task.cancel()
    #expect(try await task.value == nil)
  }

  @Test("a listener that the kernel ends throws and tells why from then on")
  func failure() async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    #expect(listener.failure == nil)
    let accepted = Task { try await listener.accept() }
    try endListening(on: listener.boundAddress)
    let error = await #expect(throws: SocketError.self) { try await accepted.value }
    #expect(error?.operation == .accept && error?.cause == .system(EINVAL))
    #expect(error?.address == listener.boundAddress)
    #expect(listener.failure == error)
  }

  @Test("an address in use is named with the remedy")
  func addressInUse() throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let error = #expect(throws: SocketError.self) { try ListeningSocket(on: listener.boundAddress) }
    #expect(error?.cause == .system(EADDRINUSE))
    #expect(error?.description.contains("\(listener.boundAddress)") == true)
    #expect(error?.description.contains("choose another port") == true)
  }

  @Test("F17 without free descriptors it sheds one connection a pause, and serves again when some are free")
  func exhaustion() async {
    await #expect(processExitsWith: .success) {
      try await warmUp()
      let deadline = Deadline.after(.seconds(20))
      let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
      var clients: [Socket] = []
      for _ in 0..<3 {
        clients.append(try await Socket.connect(to: listener.boundAddress, deadline: deadline))
      }
      let limit = try limitToOpenDescriptors()
      let start = Deadline.now
      async let accepted = listener.accept()
      var bytes: [UInt8] = []
      let count = try await clients[0].receive(into: &bytes, atMost: 1, deadline: deadline)
      #expect(count == 0, "the first client is shed")
      let second = try await clients[1].receive(into: &bytes, atMost: 1, deadline: deadline)
      #expect(second == 0 && start + .milliseconds(70) <= .now, "the second is shed after a pause")
      try restore(limit)
      clients.append(try await Socket.connect(to: listener.boundAddress, deadline: deadline))
      let served = try await accepted
      #expect(served != nil && listener.shedConnections >= 2, "a later one is served")
    }
  }
}

/// Ends a listener of this process behind its owner's back.
private func endListening(on address: SocketAddress) throws {
  let number = try #require(
    (0..<CInt(clamping: fileLimit())).first { number in
      let (result, found) = SocketAddress.filled { getsockname(number, $0, &$1) }
      return result == 0 && found == address
    })
  try #require(shutdown(number, CInt(SHUT_RDWR)) == 0)
}

/// Has Dispatch open the descriptors that it needs for itself: afterwards it could not.
private func warmUp() async throws {
  let (left, right) = try Socket.pair()
  var buffer: [UInt8] = []
  let deadline = Deadline.after(.milliseconds(20))
  await #expect(throws: SocketError.self) {
    _ = try await left.receive(into: &buffer, atMost: 1, deadline: deadline)
  }
  withExtendedLifetime(right) {}
}

/// Leaves no descriptor free in this process and returns the former limit.
private func limitToOpenDescriptors() throws -> rlimit {
  var former = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &former)
  try restore(rlimit(rlim_cur: 200, rlim_max: former.rlim_max))
  while dup(0) >= 0 {}
  return former
}

private func restore(_ limit: rlimit) throws {
  var limit = limit
  try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
}
