import HTTP
import Sockets
import Testing

@testable import HTTPServer

/// Who sent a request that came from `peer` with these fields, where 10.0.0.0/8 and ::1 are trusted.
struct ForwardedRequest: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let peer: String
  let fields: HTTPFields
  /// The client's address; nil where the peer itself is the client, and nobody has spoken for another.
  let client: String?

  init(_ description: String, from peer: String = "10.0.0.1", _ fields: HTTPFields, client: String?) {
    testDescription = description
    self.peer = peer
    self.fields = fields
    self.client = client
  }

  static let all = [
    ForwardedRequest("no field", [:], client: nil),
    ForwardedRequest(
      "from no trusted peer", from: "192.0.2.9", ["X-Forwarded-For": "198.51.100.1"], client: nil),
    ForwardedRequest(
      "from no trusted peer, on loopback", from: "127.0.0.1", ["Forwarded": "for=198.51.100.1"], client: nil),
    ForwardedRequest("one address", ["X-Forwarded-For": "198.51.100.1"], client: "198.51.100.1"),
    ForwardedRequest(
      "from an IPv4-mapped peer", from: "::ffff:10.0.0.1", ["X-Forwarded-For": "198.51.100.1"],
      client: "198.51.100.1"),
    ForwardedRequest(
      "what the client has invented before it",
      ["X-Forwarded-For": "203.0.113.7, 127.0.0.1, 198.51.100.1"], client: "198.51.100.1"),
    ForwardedRequest(
      "behind a second trusted proxy", ["X-Forwarded-For": "203.0.113.7, 198.51.100.1, 10.0.0.2"],
      client: "198.51.100.1"),
    ForwardedRequest(
      "over several field lines", ["X-Forwarded-For": "203.0.113.7", "x-forwarded-for": "198.51.100.1"],
      client: "198.51.100.1"),
    ForwardedRequest("trusted proxies only", ["X-Forwarded-For": "10.0.0.3, 10.0.0.2"], client: "10.0.0.3"),
    ForwardedRequest("with a port", ["X-Forwarded-For": "198.51.100.1:4711"], client: "198.51.100.1"),
    ForwardedRequest("IPv6", ["X-Forwarded-For": "2001:db8::1"], client: "2001:db8::1"),
    ForwardedRequest("IPv6 with a port", ["X-Forwarded-For": "[2001:db8::1]:4711"], client: "2001:db8::1"),
    ForwardedRequest(
      "an IPv4-mapped address", ["X-Forwarded-For": "::ffff:198.51.100.1"], client: "198.51.100.1"),
    ForwardedRequest("no address at all", ["X-Forwarded-For": "unknown"], client: "10.0.0.1"),
    ForwardedRequest("nothing", ["X-Forwarded-For": ""], client: "10.0.0.1"),
    ForwardedRequest(
      "no address before a trusted proxy", ["X-Forwarded-For": "198.51.100.1, unknown, 10.0.0.2"],
      client: "10.0.0.2"),
    ForwardedRequest(
      "an address with junk", ["X-Forwarded-For": "198.51.100.1:x"], client: "10.0.0.1"),
    ForwardedRequest(
      "a quotation mark of the client's", ["X-Forwarded-For": "\", 198.51.100.1"], client: "198.51.100.1"),
    ForwardedRequest(
      "a quotation mark before a second trusted proxy", ["X-Forwarded-For": "\"x, 198.51.100.1, 10.0.0.2"],
      client: "198.51.100.1"),
    ForwardedRequest("RFC 7239 4 for", ["Forwarded": "for=198.51.100.1"], client: "198.51.100.1"),
    ForwardedRequest(
      "RFC 7239 4 for among other parameters",
      ["Forwarded": "proto=https; FOR=198.51.100.1 ;by=10.0.0.1;host=\"a,b;for=203.0.113.7\""],
      client: "198.51.100.1"),
    ForwardedRequest(
      "RFC 7239 4 several hops", ["Forwarded": "for=203.0.113.7, for=198.51.100.1;proto=http, for=10.0.0.2"],
      client: "198.51.100.1"),
    ForwardedRequest(
      "RFC 7239 6 IPv6, quoted and with a port", ["Forwarded": "for=\"[2001:db8::1]:4711\""],
      client: "2001:db8::1"),
    ForwardedRequest(
      "RFC 7239 6 a hidden port", ["Forwarded": "for=\"198.51.100.1:_port\""], client: "198.51.100.1"),
    ForwardedRequest("RFC 7239 6.3 a hidden name", ["Forwarded": "for=_secret"], client: "10.0.0.1"),
    ForwardedRequest("RFC 7239 6.2 unknown", ["Forwarded": "for=unknown"], client: "10.0.0.1"),
    ForwardedRequest("no for", ["Forwarded": "proto=https"], client: "10.0.0.1"),
    ForwardedRequest(
      "a quote that does not end", ["Forwarded": "for=\"198.51.100.1, for=203.0.113.7"], client: "10.0.0.1"),
    ForwardedRequest(
      "both fields, at one", ["Forwarded": "for=198.51.100.1", "X-Forwarded-For": "198.51.100.1"],
      client: "198.51.100.1"),
    ForwardedRequest(
      "both fields, not at one", ["Forwarded": "for=203.0.113.7", "X-Forwarded-For": "198.51.100.1"],
      client: "10.0.0.1"),
  ]
}

@Suite struct TrustedProxiesTests {
  private let proxies: TrustedProxies

  init() throws {
    proxies = TrustedProxies(try ["10.0.0.0/8", "::1/128"].map(CIDR.init))
  }

  @Test("the client is the last address that no trusted proxy has", arguments: ForwardedRequest.all)
  func client(_ request: ForwardedRequest) throws {
    let peer = try #require(IPAddress(request.peer))
    let client = proxies.client(of: request.fields, peer: peer)
    let expected = try #require(IPAddress(request.client ?? request.peer))
    #expect(client.ip == expected.unmapped)
    #expect(client.isForwarded == (request.client != nil))
  }

  @Test("only who calls from this machine for nobody else is local")
  func local() throws {
    let loopback = try #require(IPAddress("::1"))
    #expect(proxies.client(of: [:], peer: loopback).isLocal)
    #expect(!proxies.client(of: ["X-Forwarded-For": "127.0.0.1"], peer: loopback).isLocal)
    #expect(!proxies.client(of: ["X-Forwarded-For": "?"], peer: loopback).isLocal)
  }
}
