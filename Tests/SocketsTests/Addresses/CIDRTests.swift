import Sockets
import Testing

@Suite struct CIDRTests {
  @Test(
    "a block holds exactly the addresses that share its prefix",
    arguments: [
      ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false),
      ("192.168.4.0/22", "192.168.7.255", true), ("192.168.4.0/22", "192.168.8.0", false),
      ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::1", false), ("1.2.3.4", "1.2.3.4", true),
      ("1.2.3.4/32", "1.2.3.5", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
      ("::/0", "2001:db8::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
      ("::ffff:0:0/96", "::ffff:10.1.1.1", true), ("::1/128", "::1", true),
    ])
  func containment(block: String, address: String, expected: Bool) throws {
    #expect(try CIDR(block).contains(try #require(IPAddress(address))) == expected)
  }

  @Test(
    "a text that is not a block is refused",
    arguments: [
      "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "::/129", "10/8",
    ])
  func refusal(text: String) {
    #expect(throws: AddressError.notACIDR(text)) { try CIDR(text) }
  }

  @Test("bits behind the prefix are refused")
  func bitsBehindPrefix() {
    #expect(throws: AddressError.bitsBehindPrefix("10.0.0.1/8")) { try CIDR("10.0.0.1/8") }
  }
}
