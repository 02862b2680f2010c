import Foundation
import Glibc
import OpenSSL
import Synchronization

/// A server on loopback that follows a script, with threads and blocking calls of its own so that nothing under
/// test serves itself. Each connection runs the script once, on a thread.
final class ScriptedServer: Sendable {
  typealias Script = @Sendable (ServerConnection) throws -> Void

  let port: UInt16
  private let listener: CInt
  private let accepted = Atomic(0)

  init(tls: TLSServerContext? = nil, _ script: @escaping Script) throws {
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    port = try Self.bindAndListen(listener, backlog: 64)
    Thread.detachNewThread { [self] in serve(tls, script) }
  }

  /// A server that sends `response` to every request and keeps the connection open for more.
  static func answering(_ response: String, tls: TLSServerContext? = nil) throws -> ScriptedServer {
    try ScriptedServer(tls: tls) { connection in
      while try connection.readRequest() != nil { try connection.write(response) }
    }
  }

  /// How many connections have been accepted.
  var connectionCount: Int { accepted.load(ordering: .relaxed) }

  func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

  private func serve(_ tls: TLSServerContext?, _ script: @escaping Script) {
    while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
      let number = accepted.add(1, ordering: .relaxed).newValue
      Thread.detachNewThread {
        // A script fails when the client leaves, which some tests mean it to: they look at the client's side.
        try? ServerConnection.run(descriptor, number: number, tls, script)
      }
    }
    close(listener)
  }

  /// Binds to a free loopback port and returns it.
  static func bindAndListen(_ descriptor: CInt, backlog: CInt) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(descriptor, address, length) == 0, listen(descriptor, backlog) == 0 else {
          return CInt(-1)
        }
        return getsockname(descriptor, address, &length)
      }
    }
    guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    return UInt16(bigEndian: address.sin_port)
  }
}
