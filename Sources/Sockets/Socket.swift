import Glibc
import Synchronization

/// One TCP connection as a byte stream, for one task at a time in each direction.
///
/// Every call is tried at once and sleeps only if the kernel would block, until the deadline, a cancellation
/// of the task, or ``interrupt()``. The socket closes itself when the last reference goes. It knows nothing
/// about what the bytes mean.
package final class Socket: Sendable {
  /// The other end.
  package let remoteAddress: SocketAddress

  /// Where a task that serves this socket best runs.
  package let loop: EventLoop

  private let readiness: Readiness
  /// What a receive failed with that had bytes to give before; zero for nothing. The kernel tells it once.
  private let heldError = Atomic<CInt>(0)

  init(_ descriptor: Descriptor, remoteAddress: SocketAddress, on loop: EventLoop = .next()) {
    self.remoteAddress = remoteAddress
    self.loop = loop
    readiness = Readiness(descriptor, on: loop)
  }

  deinit {
    readiness.close()
  }

  /// This end.
  package var localAddress: SocketAddress {
    get throws(SocketError) {
      try attempt(.address) { descriptor throws(SocketError.Cause) in
        let (result, address) = SocketAddress.filled { getsockname(descriptor, $0, &$1) }
        guard result == 0 else { throw .system(errno) }
        guard let address else { throw .system(EAFNOSUPPORT) }
        return address
      }
    }
  }

  /// Appends at least one byte and at most `limit` bytes that have arrived. Zero: the peer sends no more.
  ///
  /// - Parameter isExpected: false if hardly anything can have arrived yet: then it sleeps first, which saves a call in
  ///   vain.
  package func receive(
    into buffer: inout [UInt8], atMost limit: Int, deadline: Deadline, isExpected: Bool = true
  ) async throws(SocketError) -> Int {
    if !isExpected { try await wait(for: .read, until: deadline, .receive) }
    while true {
      if let count = try receiveWhatIsThere(into: &buffer, atMost: limit) { return count }
      try await wait(for: .read, until: deadline, .receive)
    }
  }

  /// Sends all bytes. An error leaves it open how many of them the peer will see.
  package func send(_ bytes: [UInt8], deadline: Deadline) async throws(SocketError) {
    var sent = 0
    while true {
      sent += try sendWhatFits(bytes, from: sent)
      if sent == bytes.count { return }
      try await wait(for: .write, until: deadline, .send)
    }
  }

  /// Tells the peer that no more bytes will come; receiving goes on.
  package func shutdownWrites() throws(SocketError) {
    try attempt(.send) { descriptor throws(SocketError.Cause) in
      guard shutdown(descriptor, CInt(SHUT_WR)) == 0 else { throw .system(errno) }
    }
  }

  /// Makes every present and future wait fail with ``SocketError/Cause/interrupted``; bytes that are already
  /// there can still be received. May be called from any thread.
  package func interrupt() {
    readiness.interrupt()
  }

  /// Closes the connection; waits fail with ``SocketError/Cause/closed``. May be called from any thread.
  package func close() {
    readiness.close()
  }
}

// MARK: - System calls

extension Socket {
  /// Room on the stack for most messages: from the heap it would cost more than the system call.
  private static let short = 1024
  /// Large enough for nearly every other one in two calls.
  private static let chunk = 16 * 1024

  /// Appends what has arrived, at most `limit` bytes, without waiting. Zero: the peer sends no more; nil: nothing
  /// has arrived.
  package func receiveWhatIsThere(
    into buffer: inout [UInt8], atMost limit: Int
  ) throws(SocketError) -> Int? {
    let count = try receive(into: &buffer, atMost: min(limit, Self.short))
    guard count == Self.short, limit > Self.short else { return count }
    return Self.short + receiveMore(into: &buffer, atMost: limit - Self.short)
  }

  /// As many bytes as have arrived beyond those just received. Its failure is the next receive's: the bytes go first.
  private func receiveMore(into buffer: inout [UInt8], atMost limit: Int) -> Int {
    do throws(SocketError) {
      return try receiveChunk(into: &buffer, atMost: limit) ?? 0
    } catch {
      if case .system(let code) = error.cause { heldError.store(code, ordering: .relaxed) }
      return 0
    }
  }

  private func receive(into buffer: inout [UInt8], atMost limit: Int) throws(SocketError) -> Int? {
    // The size must be known when this is compiled, or the room is on the heap.
    try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { room throws(SocketError) in
      try receive(into: &buffer, through: UnsafeMutableRawBufferPointer(rebasing: room.prefix(limit)))
    }
  }

  private func receiveChunk(into buffer: inout [UInt8], atMost limit: Int) throws(SocketError) -> Int? {
    try withUnsafeTemporaryAllocation(byteCount: min(limit, Self.chunk), alignment: 1) {
      room throws(SocketError) in try receive(into: &buffer, through: room)
    }
  }

  private func receive(
    into buffer: inout [UInt8], through room: UnsafeMutableRawBufferPointer
  ) throws(SocketError) -> Int? {
    try attempt(.receive) { descriptor throws(SocketError.Cause) in
      guard heldError.load(ordering: .relaxed) == 0 else {
        throw .system(heldError.exchange(0, ordering: .relaxed))
      }
      let count = retrying { recv(descriptor, room.baseAddress, room.count, 0) }
      guard count >= 0 else { return try unlessBlocked(nil) }
      buffer.append(contentsOf: room[..<count])
      return count
    }
  }

  private func sendWhatFits(_ bytes: [UInt8], from start: Int) throws(SocketError) -> Int {
    try attempt(.send) { descriptor throws(SocketError.Cause) in
      let count = bytes.withUnsafeBytes { bytes in
        let rest = bytes[start...]
        let slice = UnsafeRawBufferPointer(rebasing: rest)
        return retrying { Glibc.send(descriptor, slice.baseAddress, slice.count, CInt(MSG_NOSIGNAL)) }
      }
      return count >= 0 ? count : try unlessBlocked(0)
    }
  }

  private func attempt<Result>(
    _ operation: SocketError.Operation, _ call: (CInt) throws(SocketError.Cause) -> Result
  ) throws(SocketError) -> Result {
    do throws(SocketError.Cause) {
      return try readiness.perform(call)
    } catch {
      throw SocketError(operation, error, remoteAddress)
    }
  }

  private func wait(
    for direction: Readiness.Direction, until deadline: Deadline, _ operation: SocketError.Operation
  ) async throws(SocketError) {
    do throws(SocketError.Cause) {
      try await readiness.wait(for: direction, until: deadline)
    } catch {
      throw SocketError(operation, error, remoteAddress)
    }
  }
}

/// Repeats a call that a signal interrupted.
func retrying<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// The value that stands for "would block" if that is what `errno` says.
private func unlessBlocked<Value>(_ value: Value) throws(SocketError.Cause) -> Value {
  let code = errno
  guard code == EAGAIN || code == EWOULDBLOCK else { throw .system(code) }
  return value
}

// MARK: - Making connections

extension Socket {
  /// Opens a connection to the address, within the deadline.
  package static func connect(
    to address: SocketAddress, deadline: Deadline, on loop: EventLoop = .next()
  ) async throws(SocketError) -> Socket {
    let descriptor = try Descriptor.stream(for: address)
    try descriptor.disableDelay()
    let result = retrying { address.withKernelForm { Glibc.connect(descriptor.number, $0, $1) } }
    let code = result == 0 ? 0 : errno
    guard code == 0 || code == EINPROGRESS else { throw SocketError(.connect, .system(code), address) }
    let socket = Socket(descriptor, remoteAddress: address, on: loop)
    if code == EINPROGRESS { try await socket.finishConnecting(by: deadline) }
    return socket
  }

  private func finishConnecting(by deadline: Deadline) async throws(SocketError) {
    try await wait(for: .write, until: deadline, .connect)
    try attempt(.connect) { descriptor throws(SocketError.Cause) in
      var code: CInt = 0
      var length = socklen_t(MemoryLayout<CInt>.size)
      guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { throw .system(errno) }
      guard code == 0 else { throw .system(code) }
    }
  }

  /// Two connected sockets for tests, which claim that the other end is at the given address.
  ///
  /// - Parameter loop: both are on this one; without, each is on the next.
  package static func pair(
    remoteAddress: SocketAddress = .unspecified, on loop: EventLoop? = nil
  ) throws(SocketError) -> (Socket, Socket) {
    let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    var ends: [CInt] = [0, 0]
    guard socketpair(AF_UNIX, CInt(bitPattern: type), 0, &ends) == 0 else { throw .current(.open) }
    return (
      Socket(Descriptor(owning: ends[0]), remoteAddress: remoteAddress, on: loop ?? .next()),
      Socket(Descriptor(owning: ends[1]), remoteAddress: remoteAddress, on: loop ?? .next())
    )
  }
}
