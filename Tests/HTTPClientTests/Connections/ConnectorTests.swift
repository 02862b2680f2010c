import Dispatch
import Glibc
import HTTP
import HTTPClient
import Sockets
import Synchronization
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

// One test at a time: the short deadlines are not for sharing with others.
@Suite(.serialized) struct ConnectorTests {
  private func addresses(_ texts: [String]) throws -> [IPAddress] {
    try texts.map { try #require(IPAddress($0)) }
  }

  @Test(
    "a look-up that fails ends in the code of its cause",
    arguments: [
      (ResolverError.notFound(host: "receiver.test"), "dns_not_found"),
      (.temporaryFailure(host: "receiver.test"), "dns_error"),
      (.failed(host: "receiver.test", reason: "loop"), "dns_error"),
    ])
  func resolutionFails(error: ResolverError, code: String) async throws {
    let client = try Fixtures.client { _ in .failure(error) }
    #expect(try await client.failureCode(posting: "https://receiver.test/") == code)
  }

  @Test("a look-up that hangs ends in a timeout of its own")
  func resolutionHangs() async throws {
    var limits = Fixtures.limits
    limits.dns = .milliseconds(50)
    let release = DispatchSemaphore(value: 0)
    defer { release.signal() }
    let client = try Fixtures.client(limits: limits) { host in
      release.wait()
      return .failure(.notFound(host: host))
    }
    #expect(try await client.failureCode(posting: "https://receiver.test/") == "dns_timeout")
  }

  @Test(
    "one forbidden address rejects the host, and nothing is dialled",
    arguments: [
      ["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["127.0.0.1", "::1"], ["::ffff:169.254.169.254"],
      ["127.0.0.1", "64:ff9b::a00:1"],
    ])
  func mixedAddresses(texts: [String]) async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    let answer = try addresses(texts)
    let client = try Fixtures.client { _ in .success(answer) }
    let code = try await client.failureCode(posting: "http://receiver.test:\(server.port)/")
    #expect(code == "destination_refused")
    #expect(server.connectionCount == 0)
  }

  @Test("a name that turns to a private address later is refused then")
  func rebinding() async throws {
    let server = try ScriptedServer.answering(
      "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    let lookups = Atomic(0)
    let answers = try addresses(["127.0.0.1", "10.0.0.1"])
    let client = try Fixtures.client { _ in
      .success([answers[lookups.add(1, ordering: .relaxed).oldValue]])
    }
    let url = "http://receiver.test:\(server.port)/"
    #expect(try await client.failureCode(posting: url) == nil)
    #expect(try await client.failureCode(posting: url) == "destination_refused")
    // Each attempt dials what its own look-up said: there is no second look-up to be answered differently.
    #expect(lookups.load(ordering: .relaxed) == 2)
  }

  @Test("the next address is tried when one refuses")
  func triesNext() async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    let answer = try addresses(["127.9.9.9", "127.0.0.1"])
    let client = try Fixtures.client { _ in .success(answer) }
    #expect(try await client.failureCode(posting: "http://receiver.test:\(server.port)/") == nil)
  }

  @Test("a port where nobody listens refuses the connection")
  func refused() async throws {
    let server = try ScriptedServer.answering(accepted)
    server.stop()
    let port = server.port
    let client = try Fixtures.client()
    #expect(try await client.failureCode(posting: "http://receiver.test:\(port)/") == "connect_refused")
  }

  @Test("a server that does not take the connection ends in a timeout of its own")
  func connectHangs() async throws {
    let full = try FullListener()
    var limits = Fixtures.limits
    limits.connect = .milliseconds(100)
    let client = try Fixtures.client(limits: limits)
    #expect(try await client.failureCode(posting: "http://receiver.test:\(full.port)/") == "connect_timeout")
  }

  @Test("the scheme and an address in the URL are judged before anything else")
  func refusesURL() async throws {
    let client = try Fixtures.client { host in
      Issue.record("\(host) was looked up")
      return .failure(.notFound(host: host))
    }
    #expect(try await client.failureCode(posting: "http://10.0.0.1/") == "destination_refused")
    #expect(try await client.failureCode(posting: "https://[::1]/") == "destination_refused")
  }
}

/// A listener whose queue is full, so that the kernel drops further connections without a word.
private final class FullListener {
  let port: UInt16
  private let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
  private var fillers: [CInt] = []

  init() throws {
    port = try ScriptedServer.bindAndListen(listener, backlog: 0)
    for _ in 1...3 { fillers.append(connectWithoutWaiting()) }
  }

  deinit {
    for descriptor in fillers + [listener] { close(descriptor) }
  }

  private func connectWithoutWaiting() -> CInt {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = port.bigEndian
    withUnsafePointer(to: &address) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }
}
