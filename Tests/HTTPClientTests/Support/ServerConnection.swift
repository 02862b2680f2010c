import Foundation
import Glibc
import OpenSSL

/// The server's end of one connection: blocking, plain or TLS.
final class ServerConnection {
  /// 1 for the first connection that the server accepted.
  let number: Int
  /// Whether the client came with a ticket of an earlier session.
  var isResumed: Bool { tls?.isResumed ?? false }
  private let descriptor: CInt
  private var tls: TLSSession?
  private var received: [UInt8] = []

  private init(_ descriptor: CInt, number: Int) {
    self.descriptor = descriptor
    self.number = number
  }

  deinit { close(descriptor) }

  /// Follows `script`, then closes.
  static func run(
    _ descriptor: CInt, number: Int, _ context: TLSServerContext?, _ script: ScriptedServer.Script
  ) throws {
    let connection = ServerConnection(descriptor, number: number)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if let context { try connection.startTLS(context) }
    try script(connection)
  }

  /// One request, head and body by Content-Length, as text; nil when the client has closed.
  func readRequest() throws -> String? {
    while true {
      if let end = endOfRequest() {
        defer { received.removeFirst(end) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      guard try receive() else { return nil }
    }
  }

  func write(_ text: String) throws { try write([UInt8](text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    guard tls != nil else { return try send(bytes) }
    try tls?.write(bytes.span)
    try flush()
  }

  /// Waits until the client closes.
  func waitForClose() throws {
    while try receive() {}
  }

  /// Ends the TLS stream as the protocol demands.
  func sendCloseNotify() throws {
    tls?.close()
    try flush()
  }

  /// Makes the close at the end of the script a reset.
  func resetOnClose() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }

  private func endOfRequest() -> Int? {
    let text = String(decoding: received, as: UTF8.self)
    guard let head = text.range(of: "\r\n\r\n") else { return nil }
    let headLength = text.utf8.distance(from: text.startIndex, to: head.upperBound)
    let field = text[..<head.lowerBound].range(of: "content-length: ", options: .caseInsensitive)
    let length = field.flatMap { Int(text[$0.upperBound...].prefix(while: \.isNumber)) } ?? 0
    return received.count >= headLength + length ? headLength + length : nil
  }
}

extension ServerConnection {
  func startTLS(_ context: TLSServerContext) throws {
    tls = try context.session()
    // The alert of a failed handshake is sent too.
    defer { try? flush() }
    while try tls?.handshake() != .done {
      try flush()
      guard try feed() else { throw POSIXError(.ECONNRESET) }
    }
  }

  /// False once the client has closed.
  private func receive() throws -> Bool {
    guard tls != nil else {
      let bytes = try receiveRaw()
      received += bytes
      return !bytes.isEmpty
    }
    while true {
      switch try tls?.read(into: &received, atMost: 16_384) {
      case .bytes: return true
      case .closed, nil: return false
      case .needsInput: guard try feed() else { return false }
      }
    }
  }

  private func feed() throws -> Bool {
    let bytes = try receiveRaw()
    tls?.feed(bytes.span)
    return !bytes.isEmpty
  }

  private func flush() throws {
    if let bytes = tls?.takeCiphertext(), !bytes.isEmpty { try send(bytes) }
  }

  private func receiveRaw() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else { throw POSIXError(.ECONNRESET) }
    return Array(buffer[..<count])
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw POSIXError(.EPIPE) }
      sent += count
    }
  }
}
