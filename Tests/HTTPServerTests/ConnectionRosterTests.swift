import Glibc
import HTTP
import Sockets
import Testing

@testable import HTTPServer

@Suite struct ConnectionRosterTests {
  private let roster: ConnectionRoster

  init() {
    var limits = ServerLimits()
    limits.connections = 4
    limits.connectionsPerAddress = 2
    roster = ConnectionRoster(limits)
  }

  private func admit(_ address: String) throws -> Seat {
    try roster.admit(Socket.pair(remoteAddress: SocketAddress(parsing: address)).0)
  }

  @Test("an address has its own limit, whatever the port and the form it is written in")
  func limitPerAddress() throws {
    let first = try admit("192.0.2.1:1")
    let second = try admit("[::ffff:192.0.2.1]:2")
    #expect(throws: ServerFailure.tooManyConnectionsOfAddress) { try admit("192.0.2.1:3") }
    let other = try admit("192.0.2.2:1")
    roster.release(first)
    let third = try admit("192.0.2.1:3")
    #expect(roster.count == 3)
    for seat in [second, other, third] { roster.release(seat) }
    #expect(roster.count == 0)
  }

  @Test("loopback addresses are exempt from the limit per address, not from the limit in all")
  func loopback() throws {
    for port in 1...4 { _ = try admit("127.0.0.1:\(port)") }
    #expect(throws: ServerFailure.tooManyConnections) { try admit("127.0.0.1:5") }
  }

  @Test("an IPv6 subscriber has one limit for all addresses of its /64")
  func subscriber() throws {
    _ = try admit("[2001:db8::1]:1")
    _ = try admit("[2001:db8::ffff:1]:1")
    #expect(throws: ServerFailure.tooManyConnectionsOfAddress) { try admit("[2001:db8::2]:1") }
    _ = try admit("[2001:db8:0:1::1]:1")
  }

  @Test("a trusted proxy is exempt; whom it calls for has the limit, in requests")
  func proxy() throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 2
    let roster = ConnectionRoster(limits, proxies: TrustedProxies([try CIDR("192.0.2.0/24")]))
    for port in 1...3 {
      _ = try roster.admit(Socket.pair(remoteAddress: SocketAddress(parsing: "192.0.2.1:\(port)")).0)
    }
    let client = ClientAddress(try #require(IPAddress("198.51.100.1")), isForwarded: true)
    #expect(roster.admitRequest(of: client))
    #expect(roster.admitRequest(of: client))
    #expect(!roster.admitRequest(of: client))
    roster.releaseRequest(of: client)
    #expect(roster.admitRequest(of: client))
    let direct = ClientAddress(client.ip)
    for _ in 1...3 { #expect(roster.admitRequest(of: direct)) }
  }

  @Test("a connection that comes in while the server drains is dismissed before its first request")
  func lateArrival() throws {
    roster.drain()
    let seat = try admit("192.0.2.1:1")
    #expect(!seat.beginRequest())
  }

  @Test("stopping ends the wait for the last connection, even if it comes before the wait")
  func stopping() async throws {
    let seat = try admit("192.0.2.1:1")
    roster.drain()
    roster.stopWaiting()
    await roster.waitUntilEmpty(by: .never)
    roster.release(seat)
  }

  @Test("F17 connections leave descriptors for everything else")
  func descriptorReserve() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 400, rlim_max: 400)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let roster = ConnectionRoster(ServerLimits())
      let socket = try Socket.pair(remoteAddress: SocketAddress(parsing: "127.0.0.1:1")).0
      for _ in 0..<100 { _ = try roster.admit(socket) }
      #expect(throws: ServerFailure.tooManyConnections) { try roster.admit(socket) }
    }
  }
}
