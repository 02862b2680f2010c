import HTTP
import HTTPClient
import Sockets
import Testing

@Suite struct DestinationPolicyTests {
  let policy = DestinationPolicy(allowed: [], allowsPlainHTTP: false)

  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test(
    "addresses that are not public are refused, first to last of each range",
    arguments: [
      "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
      "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
      "192.0.0.0", "192.0.0.255", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0",
      "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
      "255.255.255.255",
      "::", "::1", "::2", "fc00::1", "fdff::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "feff::1",
      "ff02::1", "2001:db8::1", "3fff::1", "2001::1", "2001:10::1", "100::1", "64:ff9b:1::1", "5f00::1",
      "4000::1", "8000::1", "::7f00:1",
      "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
      "64:ff9b::192.168.1.1", "2002:7f00:1::1", "2002:c0a8:101::", "2002:a9fe:a9fe::1",
    ])
  func refuses(text: String) throws {
    let address = try address(text)
    #expect(throws: DestinationError.self) { try policy.check(address) }
  }

  @Test(
    "public addresses are taken, the neighbours of every range too",
    arguments: [
      "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
      "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
      "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
      "2000::1", "2001:200::1", "2606:4700::1", "2a00:1450::1", "64:ff9b::8.8.8.8", "2002:808:808::1",
      "::ffff:8.8.8.8",
    ])
  func takes(text: String) throws {
    try policy.check(address(text))
  }

  @Test(
    "an allowed network opens what it holds, in every form, and nothing else",
    arguments: [
      ("10.1.0.0/16", "10.1.2.3", true), ("10.1.0.0/16", "10.2.0.1", false),
      ("10.1.0.0/16", "::ffff:10.1.2.3", true), ("10.1.0.0/16", "64:ff9b::10.1.2.3", true),
      ("10.1.0.0/16", "64:ff9b::10.2.0.1", false), ("fd00::/8", "fd12::1", true),
      ("fd00::/8", "fc12::1", false),
      ("::1", "::1", true), ("127.0.0.0/8", "::1", false),
    ])
  func allows(network: String, text: String, isTaken: Bool) throws {
    let policy = DestinationPolicy(allowed: [try CIDR(network)], allowsPlainHTTP: false)
    let address = try address(text)
    let taken = (try? policy.check(address)) != nil
    #expect(taken == isTaken)
  }

  @Test(
    "a URL is refused at once for its scheme or the address in it",
    arguments: [
      "http://receiver.example/", "https://127.0.0.1/", "https://10.0.0.1:8443/events", "https://[::1]/",
      "https://[::ffff:192.168.0.1]/", "https://[64:ff9b::7f00:1]/",
    ])
  func refusesURL(text: String) throws {
    let url = try HTTPURL(parsing: text)
    #expect(throws: DestinationError.self) { try policy.check(url) }
  }

  @Test(
    "hosts that only some readers take for an address are no URL at all",
    arguments: [
      "2130706433", "0177.0.0.1", "127.1", "0x7f.0.0.1", "0x7f000001", "127.0.0.1.", "127.0.0.0x1",
      "010.0.0.1",
      "[fe80::1%25eth0]", "1.2.3.4.5", "256.1.1.1",
    ])
  func refusesOddHost(host: String) {
    #expect(throws: HTTPURLError.self) { try HTTPURL(parsing: "https://\(host)/") }
  }

  @Test("names and public addresses pass; http passes where it is allowed")
  func takesURL() throws {
    try policy.check(HTTPURL(parsing: "https://receiver.example/events"))
    try policy.check(HTTPURL(parsing: "https://8.8.8.8/events"))
    let development = DestinationPolicy(allowed: [], allowsPlainHTTP: true)
    try development.check(HTTPURL(parsing: "http://receiver.example/events"))
  }

  @Test("the refusal names the address, its use and the configuration key")
  func describes() throws {
    let address = try address("169.254.169.254")
    #expect {
      try policy.check(address)
    } throws: { error in
      let text = "\(error)"
      return text.contains("169.254.169.254") && text.contains("metadata")
        && text.contains("delivery.allowed_networks")
    }
  }
}
