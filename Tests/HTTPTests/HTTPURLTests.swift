import HTTP
import Testing

@Suite("RFC 3986 URLs") struct HTTPURLTests {
  @Test(
    "pieces",
    arguments: [
      ("https://a.example/x?y=z", "a.example", 443, "https://a.example", "/x?y=z"),
      ("http://a.example", "a.example", 80, "http://a.example", "/"),
      ("HTTPS://A.Example:443/", "a.example", 443, "https://a.example", "/"),
      ("https://a.example:8443", "a.example", 8443, "https://a.example:8443", "/"),
      ("http://a:443/", "a", 443, "http://a:443", "/"),
      ("https://a?b", "a", 443, "https://a", "/?b"),
      ("https://a/?", "a", 443, "https://a", "/?"),
      ("https://a//b/../c", "a", 443, "https://a", "//b/../c"),
      ("https://a/%41@:b", "a", 443, "https://a", "/%41@:b"),
      ("https://192.0.2.1/", "192.0.2.1", 443, "https://192.0.2.1", "/"),
      ("https://[2001:DB8::1]:99/", "[2001:db8::1]", 99, "https://[2001:db8::1]:99", "/"),
      ("https://a_b.c-d/", "a_b.c-d", 443, "https://a_b.c-d", "/"),
      ("https://1a.2b/", "1a.2b", 443, "https://1a.2b", "/"),
    ])
  func pieces(text: String, host: String, port: UInt16, origin: String, target: String) throws {
    let url = try HTTPURL(parsing: text)
    #expect(url.host == host)
    #expect(url.effectivePort == port)
    #expect(url.origin == origin)
    #expect(url.requestTarget == target)
    #expect(url.description == text)
  }

  @Test("an IPv6 host is resolved without its brackets") func resolvableHost() throws {
    #expect(try HTTPURL(parsing: "https://[::1]/").resolvableHost == "::1")
    #expect(try HTTPURL(parsing: "https://a/").resolvableHost == "a")
  }

  @Test("path and query are kept as written") func pathAndQuery() throws {
    let url = try HTTPURL(parsing: "https://a/x%2Fy?a=b?c")
    #expect(url.path == "/x%2Fy")
    #expect(url.query == "a=b?c")
    #expect(try HTTPURL(parsing: "https://a").path == "")
    #expect(try HTTPURL(parsing: "https://a").query == nil)
  }

  @Test(
    "refusals",
    arguments: [
      ("", HTTPURLError.empty), ("a.example", .foreignScheme), ("//a.example", .foreignScheme),
      ("ftp://a", .foreignScheme), ("https:a", .foreignScheme), ("https:/a", .foreignScheme),
      ("javascript:alert(1)", .foreignScheme), ("httpss://a", .foreignScheme),
      ("file:///etc/passwd", .foreignScheme),
      ("https://u@a", .userinfo), ("https://u:p@a", .userinfo), ("https://a:443@b", .userinfo),
      ("https://@a", .userinfo), ("https://a/#b", .fragment), ("https://a#@b", .fragment),
      ("https://a\\@b", .backslash), ("https:\\\\a", .backslash), ("https://\u{E9}.example", .notASCII),
      ("https://a/\u{E9}", .notASCII), ("https://a\u{3002}example", .notASCII),
      (" https://a", .controlOrSpace),
      ("https://a ", .controlOrSpace), ("https://a/\r\nX: y", .controlOrSpace),
      ("https://a/\0", .controlOrSpace),
      ("https://a/\u{7F}", .controlOrSpace), ("https://a/\tb", .controlOrSpace),
      ("https://a/{b}", .forbiddenCharacter),
      ("https://a/\"", .forbiddenCharacter), ("https://a/?<", .forbiddenCharacter),
      ("https://a/[b]", .forbiddenCharacter),
      ("https://a/%", .malformedPercentEncoding), ("https://a/%4", .malformedPercentEncoding),
      ("https://a/%4g", .malformedPercentEncoding), ("https://", .emptyHost), ("https:///a", .emptyHost),
      ("https://:80", .emptyHost), ("https://?a", .emptyHost), ("https://a%2eb", .malformedHost),
      ("https://a,b", .malformedHost), ("https://a..b", .malformedHost), ("https://.a", .malformedHost),
      ("https://.", .malformedHost), ("https://a*", .malformedHost),
      ("https://" + String(repeating: "a", count: 64), .malformedHost),
      ("https://127.1", .malformedIPv4), ("https://2130706433", .malformedIPv4),
      ("https://0x7f.1", .malformedIPv4), ("https://0x7f000001", .malformedIPv4),
      ("https://0177.0.0.1", .malformedIPv4),
      ("https://127.0.0.1.", .malformedIPv4), ("https://1.2.3.256", .malformedIPv4),
      ("https://1.2.3.4.5", .malformedIPv4),
      ("https://a.0x", .malformedIPv4), ("https://[::1", .malformedIPv6), ("https://[]", .malformedIPv6),
      ("https://[1:2:3:4:5:6:7]", .malformedIPv6), ("https://[1:2:3:4:5:6:7:8:9]", .malformedIPv6),
      ("https://[1::2::3]", .malformedIPv6), ("https://[:::]", .malformedIPv6),
      ("https://[12345::]", .malformedIPv6),
      ("https://[g::]", .malformedIPv6), ("https://[::1.2.3]", .malformedIPv6),
      ("https://[1.2.3.4::]", .malformedIPv6),
      ("https://[1:2:3:4:5:6:7::8]", .malformedIPv6), ("https://[fe80::1%25eth0]", .malformedIPv6),
      ("https://[v1.a]", .malformedIPv6), ("https://[::1]a", .malformedPort), ("https://a:", .malformedPort),
      ("https://a:0", .malformedPort), ("https://a:65536", .malformedPort), ("https://a:-1", .malformedPort),
      ("https://a:80:80", .malformedPort), ("https://a:8O", .malformedPort), ("https://::1", .emptyHost),
    ])
  func refusals(text: String, error: HTTPURLError) {
    #expect(throws: error) { try HTTPURL(parsing: text) }
  }

  @Test(
    "IPv6 forms",
    arguments: [
      "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:192.0.2.1",
      "64:ff9b::192.0.2.33", "1:2:3:4:5:6:1.2.3.4",
    ])
  func ipv6(text: String) throws {
    #expect(try HTTPURL(parsing: "https://[\(text)]").resolvableHost == text)
  }

  @Test("every refusal has a text of its own", arguments: HTTPURLError.allCases)
  func texts(error: HTTPURLError) {
    #expect(error.description.count > 20)
  }
}
