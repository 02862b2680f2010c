import Foundation
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SocketTests {
  private let soon = Deadline.after(.seconds(20))

  @Test("bytes sent at one end arrive at the other")
  func transfer() async throws {
    let (left, right) = try Socket.pair()
    try await left.send([1, 2, 3], deadline: soon)
    var buffer: [UInt8] = [0]
    #expect(try await right.receive(into: &buffer, atMost: 2, deadline: soon) == 2)
    #expect(try await right.receive(into: &buffer, atMost: 100, deadline: soon) == 1)
    #expect(buffer == [0, 1, 2, 3])
  }

  @Test("a receive sleeps until bytes come")
  func waitingReceive() async throws {
    let (left, right) = try Socket.pair()
    async let received = collect(from: right)
    try await left.send([7], deadline: soon)
    try await left.send([8], deadline: soon)
    try left.shutdownWrites()
    #expect(try await received == [7, 8])
  }

  @Test("a send larger than the kernel's buffers arrives whole")
  func largeSend() async throws {
    let (left, right) = try Socket.pair()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    async let received = collect(from: right)
    try await left.send(bytes, deadline: soon)
    left.close()
    #expect(try await received == bytes)
  }

  @Test("bytes that came before a reset are received, and then the reset")
  func resetBehindBytes() async throws {
    let (left, right) = try Socket.pair()
    // What the peer leaves unread makes its close a reset.
    try await right.send([1], deadline: soon)
    try await left.send(Array(repeating: 7, count: 1024), deadline: soon)
    left.close()
    var buffer: [UInt8] = []
    #expect(try await right.receive(into: &buffer, atMost: 4096, deadline: soon) == 1024)
    let error = await #expect(throws: SocketError.self) { try await receive(from: right, until: soon) }
    #expect(error?.cause == .system(ECONNRESET))
  }

  @Test("a receive ends at its deadline, and at once if that has passed")
  func receiveDeadline() async throws {
    let (_left, right) = try Socket.pair()
    for milliseconds in [30, 0] {
      let deadline = Deadline.after(.milliseconds(milliseconds))
      await #expect(throws: SocketError.self) { try await receive(from: right, until: deadline) }
      #expect(deadline.hasPassed)
    }
    withExtendedLifetime(_left) {}
  }

  @Test("a send to a peer that does not read ends at its deadline")
  func sendDeadline() async throws {
    let (left, right) = try Socket.pair()
    let error = await #expect(throws: SocketError.self) {
      try await left.send(Array(repeating: 0, count: 3_000_000), deadline: .after(.milliseconds(30)))
    }
    #expect(error?.cause == .deadlinePassed)
    withExtendedLifetime(right) {}
  }

  @Test("cancelling the task ends a receive")
  func cancellation() async throws {
    let (left, right) = try Socket.pair()
    let task = Task { try await receive(from: right, until: .never) }
    task.cancel()
    let error = await #expect(throws: SocketError.self) { try await task.value }
    #expect(error?.cause == .cancelled)
    withExtendedLifetime(left) {}
  }

  @Test("interrupt ends a sleeping receive and every later one")
  func interruption() async throws {
    let (left, right) = try Socket.pair()
    let received = Task { try await receive(from: right, until: .never) }
    right.interrupt()
    let error = await #expect(throws: SocketError.self) { try await received.value }
    #expect(error?.cause == .interrupted)
    await #expect(throws: SocketError.self) { try await receive(from: right, until: .never) }
    withExtendedLifetime(left) {}
  }

  @Test("close ends a sleeping receive and tells the peer")
  func closing() async throws {
    let (left, right) = try Socket.pair()
    let received = Task { try await receive(from: right, until: .never) }
    right.close()
    right.close()
    let error = await #expect(throws: SocketError.self) { try await received.value }
    #expect(error?.cause == .closed)
    #expect(try await collect(from: left).isEmpty)
  }

  @Test("a socket that nobody holds closes itself")
  func release() async throws {
    let (left, right) = try Socket.pair()
    let task = Task { [right] in try await receive(from: right, until: .after(.milliseconds(10))) }
    _ = await task.result
    _ = consume right
    #expect(try await collect(from: left).isEmpty)
  }

  @Test("a thousand sockets that have been waited on give their descriptors back")
  func descriptors() async {
    await #expect(processExitsWith: .success) {
      let before = openDescriptors()
      for _ in 0..<1000 {
        let (left, right) = try Socket.pair()
        let receiving = Task {
          var buffer: [UInt8] = []
          return try await right.receive(into: &buffer, atMost: 1, deadline: .after(.seconds(20)))
        }
        try await left.send([1], deadline: .after(.seconds(20)))
        _ = try await receiving.value
      }
      let deadline = Deadline.after(.seconds(20))
      // The readiness machinery keeps a few of its own.
      while openDescriptors() > before + 8, !deadline.hasPassed { await Task.yield() }
      #expect(openDescriptors() <= before + 8)
    }
  }

  @Test("sending to a closed peer is an error, not a signal")
  func brokenPipe() async throws {
    let (left, right) = try Socket.pair()
    right.close()
    let error = await #expect(throws: SocketError.self) { try await left.send([1], deadline: soon) }
    #expect(error?.isDisconnection == true)
  }

  @Test("connecting to a port where nobody listens is refused, naming the address")
  func refusedConnection() async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let address = listener.boundAddress
    listener.close()
    let error = await #expect(throws: SocketError.self) {
      try await Socket.connect(to: address, deadline: soon)
    }
    #expect(error?.description.contains(address.description) == true)
  }

  @Test("both directions of many sockets at once")
  func crowd() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 { group.addTask { try await pingPong(rounds: 50) } }
      try await group.waitForAll()
    }
  }

  private func pingPong(rounds: Int) async throws {
    let (left, right) = try Socket.pair()
    async let echo: Void = {
      while let bytes = try await receive(from: right, until: soon), !bytes.isEmpty {
        try await right.send(bytes, deadline: soon)
      }
    }()
    for round in 0..<rounds {
      try await left.send([UInt8(round)], deadline: soon)
      #expect(try await receive(from: left, until: soon) == [UInt8(round)])
    }
    left.close()
    try await echo
  }

  @discardableResult
  private func receive(from socket: Socket, until deadline: Deadline) async throws -> [UInt8]? {
    var buffer: [UInt8] = []
    _ = try await socket.receive(into: &buffer, atMost: 4096, deadline: deadline)
    return buffer
  }

  private func collect(from socket: Socket) async throws -> [UInt8] {
    var buffer: [UInt8] = []
    while try await socket.receive(into: &buffer, atMost: 65536, deadline: soon) > 0 {}
    return buffer
  }
}

private func openDescriptors() -> Int {
  (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? .max
}
