/// A request that the front door must refuse: what is wrong with it, its bytes, and the answer.
///
/// One row per way to break a rule of the strict HTTP profile. The rows say nothing about who reads them, so
/// that a parser and a listening server can be held to the same table.
struct MalformedRequest: Sendable, CustomStringConvertible {
  let name: String
  let bytes: [UInt8]
  let status: Int

  init(_ name: String, _ status: Int, _ text: String) {
    self.init(name, status, Array(text.utf8))
  }

  init(_ name: String, _ status: Int, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    self.status = status
  }

  var description: String { "\(status) \(name)" }
}

extension MalformedRequest {
  static let all =
    framing + transferEncodings + chunks + trailers + expectations
    + lines + versions + methods + targets + fields + hosts

  /// A request with a body framed by these field lines, and five bytes that could be its body.
  private static func framed(_ name: String, _ lines: String, _ status: Int = 400) -> MalformedRequest {
    MalformedRequest(name, status, "POST /a HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\nhello")
  }

  private static func chunked(_ name: String, _ body: String, _ status: Int = 400) -> MalformedRequest {
    MalformedRequest(
      name, status, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
  }

  static let framing = [
    framed("CL and TE", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
    framed("TE and CL", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
    framed("CL 0 and TE", "Content-Length: 0\r\nTransfer-Encoding: chunked"),
    framed("CL and unknown TE", "Content-Length: 5\r\nTransfer-Encoding: gzip"),
    framed("two CL and TE", "Content-Length: 5\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"),
    framed("duplicate CL, same", "Content-Length: 5\r\nContent-Length: 5"),
    framed("duplicate CL, different", "Content-Length: 5\r\ncontent-length: 6"),
    framed("list CL", "Content-Length: 5, 5"),
    framed("list CL without space", "Content-Length: 5,6"),
    framed("CL with plus", "Content-Length: +5"),
    framed("CL with minus", "Content-Length: -5"),
    framed("CL hexadecimal", "Content-Length: 0x5"),
    framed("CL with underscore", "Content-Length: 1_0"),
    framed("CL empty", "Content-Length:"),
    framed("CL blank", "Content-Length:   "),
    framed("CL leading junk", "Content-Length: x5"),
    framed("CL trailing junk", "Content-Length: 5x"),
    framed("CL inner space", "Content-Length: 1 0"),
    framed("CL fraction", "Content-Length: 5.0"),
    framed("CL quoted", "Content-Length: \"5\""),
    framed("CL fullwidth digit", "Content-Length: \u{FF15}"),
    framed("CL behind no-break space", "Content-Length: \u{A0}5"),
    framed("CL of 19 digits", "Content-Length: 1000000000000000000"),
    framed("CL of 19 zeros and more", "Content-Length: 0000000000000000005"),
    framed("CL overflowing 64 bits", "Content-Length: 18446744073709551621"),
    framed("CL of 18 digits", "Content-Length: 999999999999999999", 413),
    MalformedRequest(
      "duplicate CL on GET", 400,
      "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n"),
  ]

  static let transferEncodings = [
    framed("TE leading comma", "Transfer-Encoding: ,chunked"),
    framed("TE trailing comma", "Transfer-Encoding: chunked,"),
    framed("TE chunked, identity", "Transfer-Encoding: chunked, identity"),
    framed("TE identity, chunked", "Transfer-Encoding: identity, chunked"),
    framed("TE gzip, chunked", "Transfer-Encoding: gzip, chunked"),
    framed("TE chunked twice", "Transfer-Encoding: chunked, chunked"),
    framed("two TE lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    framed("two TE lines, one identity", "Transfer-Encoding: chunked\r\nTransfer-encoding: identity"),
    framed("TE empty", "Transfer-Encoding:"),
    framed("TE quoted", "Transfer-Encoding: \"chunked\""),
    framed("TE with parameter", "Transfer-Encoding: chunked;q=1"),
    framed("TE behind vertical tab", "Transfer-Encoding: \u{0B}chunked"),
    framed("TE behind no-break space", "Transfer-Encoding: \u{A0}chunked"),
    framed("TE before next line", "Transfer-Encoding: chunked\u{85}"),
    framed("TE gzip", "Transfer-Encoding: gzip", 501),
    framed("TE identity", "Transfer-Encoding: identity", 501),
    framed("TE xchunked", "Transfer-Encoding: xchunked", 501),
    framed("TE with space before colon", "Transfer-Encoding : chunked"),
    MalformedRequest(
      "TE on HTTP/1.0", 400, "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  ]

  static let chunks = [
    chunked("chunk size empty", "\r\nhello\r\n"),
    chunked("chunk size +5", "+5\r\nhello\r\n"),
    chunked("chunk size -5", "-5\r\nhello\r\n"),
    chunked("chunk size 0x5", "0x5\r\nhello\r\n"),
    chunked("chunk size 1_0", "1_0\r\nhello\r\n"),
    chunked("chunk size with space before", " 5\r\nhello\r\n"),
    chunked("chunk size with space behind", "5 \r\nhello\r\n"),
    chunked("chunk size with tab behind", "5\t;a\r\nhello\r\n"),
    chunked("chunk size not hexadecimal", "5g\r\nhello\r\n"),
    chunked("chunk size of 17 digits", "00000000000000005\r\nhello\r\n"),
    chunked("chunk size overflowing", "8000000000000000\r\nhello\r\n"),
    chunked("chunk size of all ones", "FFFFFFFFFFFFFFFF\r\nhello\r\n"),
    chunked("chunk size wrapping", "10000000000000005\r\nhello\r\n"),
    chunked("chunk size beyond the limit", "7FFFFFFFFFFFFFFF\r\nhello\r\n", 413),
    chunked("second chunk beyond the limit", "5\r\nhello\r\n7FFFFFFFFFFFFFFF\r\n", 413),
    chunked("chunk size ended by LF", "5\nhello\r\n"),
    chunked("chunk size ended by CR", "5\rhello\r\n"),
    chunked("chunk extension with bare LF", "5;a\nhello\r\n"),
    chunked("chunk extension with bare CR", "5;a\rb\r\nhello\r\n"),
    chunked("chunk extension with NUL", "5;a\0\r\nhello\r\n"),
    chunked("chunk extension ended by two CR", "5;a\r\r\nhello\r\n"),
    chunked("chunk extension too long", "5;" + String(repeating: "a", count: 1024) + "\r\nhello\r\n"),
    chunked(
      "chunk extensions too long together",
      String(repeating: "1;" + String(repeating: "a", count: 127) + "\r\nx\r\n", count: 9)),
    chunked("chunk data longer", "5\r\nhelloo\r\n0\r\n\r\n"),
    chunked("chunk data shorter", "5\r\nhell\r\n0\r\n\r\n"),
    chunked("chunk data ended by LF", "5\r\nhello\n0\r\n\r\n"),
    chunked("chunk data ended by CR", "5\r\nhello\r0\r\n\r\n"),
    chunked("chunk data without end", "5\r\nhello0\r\n\r\n"),
    chunked("chunk data ended by junk", "5\r\nhelloXY0\r\n\r\n"),
    chunked("last chunk ended by LF", "0\n\r\n"),
  ]

  static let expectations = [
    framed("unknown expectation", "Content-Length: 5\r\nExpect: 200-ok", 417),
    framed("expectation list", "Content-Length: 5\r\nExpect: 100-continue, 200-ok", 417),
    framed("empty expectation", "Content-Length: 5\r\nExpect:", 417),
    framed("second expectation unknown", "Content-Length: 5\r\nExpect: 100-continue\r\nExpect: x", 417),
  ]

  static let trailers = [
    chunked("trailer Content-Length", "0\r\nContent-Length: 5\r\n\r\n"),
    chunked("trailer Transfer-Encoding", "0\r\ntransfer-encoding: chunked\r\n\r\n"),
    chunked("trailer Host", "0\r\nHost: b\r\n\r\n"),
    chunked("trailer without colon", "0\r\nX\r\n\r\n"),
    chunked("trailer with space before colon", "0\r\nX : a\r\n\r\n"),
    chunked("trailer folded", "0\r\nX: a\r\n b\r\n\r\n"),
    chunked("trailer with leading space", "0\r\n X: a\r\n\r\n"),
    chunked("trailer with NUL", "0\r\nX: \0\r\n\r\n"),
    chunked("trailer ended by LF", "0\r\nX: a\n\r\n"),
    chunked("trailers ended by LF", "0\r\nX: a\r\n\n"),
    chunked("trailers ended by CR X", "0\r\n\rX"),
    chunked("trailers too large", "0\r\nX: \(String(repeating: "a", count: 16 << 10))\r\n\r\n", 431),
    chunked("too many trailers", "0\r\n" + String(repeating: "X: a\r\n", count: 65) + "\r\n", 431),
  ]
}

/// The rows about heads: line ends, request lines, fields, hosts.
extension MalformedRequest {
  private static func line(_ name: String, _ requestLine: String, _ status: Int = 400) -> MalformedRequest {
    MalformedRequest(name, status, "\(requestLine)\r\nHost: a\r\n\r\n")
  }

  private static func field(_ name: String, _ line: String, _ status: Int = 400) -> MalformedRequest {
    field(name, Array(line.utf8), status)
  }

  private static func field(_ name: String, _ line: [UInt8], _ status: Int = 400) -> MalformedRequest {
    MalformedRequest(
      name, status, Array("GET /a HTTP/1.1\r\nHost: a\r\n".utf8) + line + Array("\r\n\r\n".utf8))
  }

  static let lines = [
    MalformedRequest("request line ended by LF", 400, "GET /a HTTP/1.1\nHost: a\r\n\r\n"),
    MalformedRequest("field ended by LF", 400, "GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    MalformedRequest("head ended by LF", 400, "GET /a HTTP/1.1\r\nHost: a\r\n\n"),
    MalformedRequest("all lines ended by LF", 400, "GET /a HTTP/1.1\nHost: a\n\n"),
    MalformedRequest("bare CR in a value", 400, "GET /a HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
    MalformedRequest("bare CR in the request line", 400, "GET /a\r HTTP/1.1\r\nHost: a\r\n\r\n"),
    MalformedRequest("two CR", 400, "GET /a HTTP/1.1\r\r\nHost: a\r\n\r\n"),
    MalformedRequest("CR X at the end of the head", 400, "GET /a HTTP/1.1\r\nHost: a\r\n\rX"),
    MalformedRequest("CR X in front", 400, "\r\n\rXGET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    MalformedRequest("LF in front", 400, "\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    MalformedRequest("two empty lines in front", 400, "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    MalformedRequest("NUL in the request line", 400, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    MalformedRequest("TLS greeting", 400, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC]),
  ]

  static let fields = [
    field("folded with space", "X: a\r\n b"),
    field("folded with tab", "X: a\r\n\tb"),
    field("folded empty", "X: a\r\n "),
    field("folded Transfer-Encoding", "Transfer-Encoding:\r\n chunked"),
    field("space before colon", "X : a"),
    field("tab before colon", "X\t: a"),
    field("no colon", "X"),
    field("no colon, spaces", "X a"),
    field("empty name", ": a"),
    field("name with space", "X Y: a"),
    field("name with parenthesis", "X(Y): a"),
    field("name with slash", "X/Y: a"),
    field("name with at", "X@Y: a"),
    field("name with quote", "\"X\": a"),
    field("name beyond ASCII", Array("X".utf8) + [0xE9] + Array(": a".utf8)),
    field("name with NUL", "X\0: a"),
    field("name with DEL", "X\u{7F}: a"),
    field("value with NUL", "X: a\0b"),
    field("value with bell", "X: a\u{07}b"),
    field("value with escape", "X: \u{1B}[0m"),
    field("value with form feed", "X: \u{0C}"),
    field("value with vertical tab", "X: \u{0B}"),
    field("value with DEL", "X: a\u{7F}"),
    MalformedRequest("space before the first field", 400, "GET /a HTTP/1.1\r\n Host: a\r\n\r\n"),
    MalformedRequest("tab before the first field", 400, "GET /a HTTP/1.1\r\n\tHost: a\r\n\r\n"),
    MalformedRequest("blank first line", 400, "GET /a HTTP/1.1\r\n \r\nHost: a\r\n\r\n"),
    MalformedRequest("first field without colon", 400, "GET /a HTTP/1.1\r\nHost\r\n\r\n"),
  ]

  static let versions = [
    line("HTTP/2.0", "GET /a HTTP/2.0", 505),
    line("HTTP/1.2", "GET /a HTTP/1.2", 505),
    line("HTTP/0.9", "GET /a HTTP/0.9", 505),
    line("HTTP/3.0", "GET /a HTTP/3.0", 505),
    MalformedRequest("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    line("lower case name", "GET /a http/1.1"),
    line("other name", "GET /a HTTPS/1.1"),
    line("two digits", "GET /a HTTP/1.10"),
    line("leading zero", "GET /a HTTP/01.1"),
    line("no minor", "GET /a HTTP/1"),
    line("no minor digit", "GET /a HTTP/1."),
    line("comma", "GET /a HTTP/1,1"),
    line("letter", "GET /a HTTP/1.x"),
    line("trailing space", "GET /a HTTP/1.1 "),
    line("trailing junk", "GET /a HTTP/1.1x"),
    line("no version", "GET /a"),
    line("empty version", "GET /a "),
    MalformedRequest("HTTP/0.9 request", 400, "GET /a\r\n"),
  ]

  static let methods = [
    line("unknown method", "BREW /a HTTP/1.1", 501),
    line("TRACE", "TRACE /a HTTP/1.1", 501),
    line("CONNECT", "CONNECT a:443 HTTP/1.1", 501),
    line("lower case method", "get /a HTTP/1.1", 501),
    line("method with known prefix", "GETX /a HTTP/1.1", 501),
    line("prefix of a method", "GE /a HTTP/1.1", 501),
    line("method with parenthesis", "G(T /a HTTP/1.1"),
    line("method with colon", "GET: /a HTTP/1.1"),
    line("method beyond ASCII", "G\u{CB}T /a HTTP/1.1"),
    line("empty method", " /a HTTP/1.1"),
    line("two spaces behind the method", "GET  /a HTTP/1.1"),
    line("tab behind the method", "GET\t/a HTTP/1.1"),
    line("only a method", "GET"),
    line("space in front", " GET /a HTTP/1.1"),
  ]

  static let targets = [
    line("authority form", "GET a:80 HTTP/1.1"),
    line("host as target", "GET a HTTP/1.1"),
    line("relative path", "GET a/b HTTP/1.1"),
    line("empty target", "GET  HTTP/1.1"),
    line("asterisk on GET", "GET * HTTP/1.1"),
    line("asterisk and more", "OPTIONS *x HTTP/1.1"),
    line("fragment", "GET /a#b HTTP/1.1"),
    line("space in the target", "GET /a b HTTP/1.1"),
    line("two spaces behind the target", "GET /a  HTTP/1.1"),
    line("tab in the target", "GET /a\tb HTTP/1.1"),
    line("DEL in the target", "GET /a\u{7F} HTTP/1.1"),
    line("target beyond ASCII", "GET /\u{E9} HTTP/1.1"),
    line("backslash", "GET /a\\b HTTP/1.1"),
    line("quote", "GET /a?b=\"c\" HTTP/1.1"),
    line("angle bracket", "GET /<a> HTTP/1.1"),
    line("bad percent-encoding", "GET /%zz HTTP/1.1"),
    line("cut percent-encoding", "GET /a% HTTP/1.1"),
    line("bad percent-encoding in the query", "GET /a?b=%4 HTTP/1.1"),
    line("encoded NUL", "GET /a%00 HTTP/1.1"),
    line("encoded bytes that are not UTF-8", "GET /%FF HTTP/1.1"),
    line("overlong encoded slash", "GET /%C0%AF HTTP/1.1"),
    line("absolute form for another host", "GET http://b/a HTTP/1.1"),
    line("absolute form for another port", "GET http://a:81/a HTTP/1.1"),
    line("absolute form with userinfo", "GET http://u@a/a HTTP/1.1"),
    line("absolute form without host", "GET http:///a HTTP/1.1"),
    line("absolute form of another scheme", "GET ftp://a/a HTTP/1.1"),
    MalformedRequest("absolute form on HTTP/1.0 without Host", 400, "GET http://a/ HTTP/1.0\r\n\r\n"),
  ]

  static let hosts = [
    MalformedRequest("no Host", 400, "GET /a HTTP/1.1\r\n\r\n"),
    MalformedRequest("no Host among fields", 400, "GET /a HTTP/1.1\r\nX-Host: a\r\n\r\n"),
    MalformedRequest("no Host with absolute form", 400, "GET http://a/ HTTP/1.1\r\n\r\n"),
    field("two Hosts, same", "Host: a"),
    field("two Hosts, different", "host: b"),
    MalformedRequest("two Hosts on HTTP/1.0", 400, "GET /a HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
    host("empty", ""),
    host("userinfo", "user@a"),
    host("userinfo with password", "user:secret@a"),
    host("list", "a, b"),
    host("inner space", "a b"),
    host("path", "a/b"),
    host("query", "a?b"),
    host("backslash", "a\\b"),
    host("percent-encoded", "a%2eb"),
    host("port not a number", "a:http"),
    host("port empty", "a:"),
    host("port zero", "a:0"),
    host("port too large", "a:65536"),
    host("port with sign", "a:+80"),
    host("two ports", "a:80:80"),
    host("only a port", ":80"),
    host("IPv6 without brackets", "::1"),
    host("IPv6 bracket open", "[::1"),
    host("IPv6 bracket and junk", "[::1]x"),
    host("IPv6 malformed", "[1:2]"),
    host("IPv6 with zone", "[fe80::1%25eth0]"),
    host("empty label", "a..b"),
    host("IPv4 beyond 255", "127.0.0.256"),
    host("IPv4 short", "127.1"),
    host("beyond ASCII", "\u{E9}.example"),
  ]

  private static func host(_ name: String, _ value: String) -> MalformedRequest {
    MalformedRequest("Host \(name)", 400, "GET /a HTTP/1.1\r\nHost: \(value)\r\n\r\n")
  }
}
