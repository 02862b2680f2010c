import Sockets
import Testing

@Suite struct SubscriberTests {
  @Test(
    "RFC 4291 2.5.1 an IPv6 address stands for its /64, an IPv4 address for itself",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::", "2001:db8:1:2::"), ("::1", "::"),
    ])
  func subscriber(address: String, expected: String) throws {
    let subscriber = try #require(IPAddress(address)).subscriber
    #expect(subscriber == IPAddress(expected))
  }
}
