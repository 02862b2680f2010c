import Sockets
import Testing

@Suite struct IPAddressTests {
  @Test(
    "an exact text is read and written back in its canonical form",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("::", "::"),
      ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:10.1.2.3", "::ffff:10.1.2.3"),
    ])
  func reading(text: String, canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  @Test(
    "anything that is not exactly an address is refused",
    arguments: [
      "", " 127.0.0.1", "127.0.0.1 ", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "256.0.0.1",
      "1.2.3.4.5", "[::1]", "fe80::1%eth0", ":::", "localhost", "127.0.0.1\u{0}x",
    ])
  func refusal(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(
    "loopback is recognised in every form",
    arguments: [
      ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("128.0.0.1", false), ("::2", false), ("::", false), ("::ffff:8.8.8.8", false),
    ])
  func loopback(text: String, expected: Bool) throws {
    #expect(try #require(IPAddress(text)).isLoopback == expected)
  }

  @Test("RFC 4291 2.5.5.2 an IPv4-mapped address is unwrapped, others are left")
  func unmapping() {
    #expect(IPAddress("::ffff:1.2.3.4")?.unmapped == IPAddress("1.2.3.4"))
    #expect(IPAddress("::1.2.3.4")?.unmapped == IPAddress("::1.2.3.4"))
    #expect(IPAddress("1.2.3.4")?.unmapped == IPAddress("1.2.3.4"))
  }

  @Test("bytes are in network order")
  func bytes() {
    #expect(IPAddress("1.2.3.4")?.bytes == [1, 2, 3, 4])
    #expect(IPAddress("102:304::f")?.bytes == [1, 2, 3, 4] + Array(repeating: 0, count: 11) + [15])
  }
}
