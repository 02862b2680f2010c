import Foundation
import HTTP
import Sockets
import TestSupport
import Testing

/// The table of malformed requests against the daemon itself.
@Suite("RFC 9112 malformed requests to the daemon", .timeLimit(.minutes(5))) struct MalformedRequestTests {
  private let canary = Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

  @Test("are refused by both listeners, and the daemon goes on as if nothing had happened")
  func refused() async throws {
    let daemon = try await DaemonProcess(in: TemporaryDirectory(), ["admin.hosts": ""])
    for listener in [daemon.public, daemon.admin] {
      let address = try listener.address
      for row in MalformedRequest.all {
        let text = try await exchange(row.bytes + canary, with: address)
        #expect(statuses(in: text) == [row.status], "\(row.name)")
        #expect(text.contains("\r\nContent-Type: application/problem+json\r\n"), "\(row.name)")
      }
      #expect(try await listener.call(.get, "/healthz").status == 200)
    }
    #expect(try await daemon.admin.call(.get, "/readyz").status == 200)
    try await daemon.stop()
  }

  /// Sends bytes over a connection of their own and returns all that comes back.
  private func exchange(_ bytes: [UInt8], with address: SocketAddress) async throws -> String {
    let deadline = Deadline.after(.seconds(20))
    let socket = try await Socket.connect(to: address, deadline: deadline)
    try await socket.send(bytes, deadline: deadline)
    var answer: [UInt8] = []
    while try await socket.receive(into: &answer, atMost: 1 << 16, deadline: deadline) > 0 {}
    return String(decoding: answer, as: UTF8.self)
  }

  private func statuses(in text: String) -> [Int] {
    text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
  }
}
