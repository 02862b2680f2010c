import HTTP
import Testing

@Suite("RFC 9112 requests") struct RequestParserTests {
  private func get(_ fields: String, version: String = "1.1") -> String {
    "GET /a HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n"
  }

  private func post(_ fields: String, _ body: String) -> String {
    "POST /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
  }

  private let chunked = "Transfer-Encoding: chunked"

  @Test("a head is delivered before its body is read") func headFirst() throws {
    var parser = RequestParser(limits: ServerLimits())
    parser.append(Array(post("Content-Length: 5", "hel").utf8))
    guard case .head(let head, .contentLength(5), expectsContinue: false) = try parser.next() else {
      Issue.record("no head")
      return
    }
    #expect(head.method == .post)
    #expect(head.fields["content-LENGTH"] == "5")
    try parser.acceptBody(limit: 5)
    #expect(try parser.next() == nil)
    #expect(parser.hasPartialMessage)
    parser.append(Array("lo".utf8))
    #expect(try parser.next() == .complete(Request(head: head, body: Array("hello".utf8))))
    #expect(!parser.hasPartialMessage)
  }

  @Test(
    "what a request asks for is known from its first line on, also when it fails",
    arguments: [
      ("GET /a", nil), ("GET /a HTTP/1.1\r\n", "/a"), ("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "/a"),
      ("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "/a"),
      ("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello", "/a"),
      ("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "/a"),
      ("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", nil), ("GET /a\u{1} HTTP/1.1\r\n\r\n", nil),
    ]) func target(text: String, path: String?)
  {
    var parser = RequestParser(limits: ServerLimits())
    parser.append(Array(text.utf8))
    while let event = try? parser.next() {
      if case .complete = event { break }
    }
    #expect(parser.target?.path == path)
  }

  @Test(
    "pipelined requests come one at a time, in order, however they are split", arguments: [1, 2, 5, .max])
  func pipelined(size: Int) {
    let bytes =
      get("") + post("Content-Length: 5", "hello")
      + post(chunked, "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n")
      + post("Content-Length: 0", "") + "\r\n" + canary
    let run = ParserRun(bytes, pieces: size)
    #expect(run.fault == nil)
    #expect(run.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["", "hello", "abcde", "", ""])
    #expect(run.requests.last?.target.path == "/canary")
    #expect(!run.hasPartialMessage)
  }

  @Test("bytes behind Content-Length: 0 are the next request, never a body") func zeroLength() {
    let run = ParserRun(post("Content-Length: 0", "") + canary)
    #expect(run.requests.map(\.body) == [[], []])
    #expect(run.requests.map(\.method) == [.post, .get])
  }

  @Test("bodies of GET, HEAD and DELETE are framed and read", arguments: ["GET", "HEAD", "DELETE"])
  func bodiesOnAnyMethod(method: String) {
    let run = ParserRun("\(method) /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + canary)
    #expect(run.requests.map(\.body) == [Array("hello".utf8), []])
  }

  @Test("trailers are dropped") func trailersAreDropped() {
    let run = ParserRun(post(chunked, "0\r\nX-Trailer: a\r\n\r\n"))
    #expect(run.requests.first?.fields["X-Trailer"] == nil)
  }

  @Test("RFC 9112 7.1 chunk sizes are hexadecimal of either case, zeros in front") func chunkSizes() {
    let body = String(repeating: "x", count: 10)
    let run = ParserRun(
      post(chunked, "a\r\n\(body)\r\nA\r\n\(body)\r\n000000000000000a\r\n\(body)\r\n00\r\n\r\n"))
    #expect(run.requests.first?.body.count == 30)
  }

  @Test("values are trimmed of SP and HTAB only") func trimming() {
    let run = ParserRun(get("X: \t a b\t \r\nY:\r\nZ:\u{A0}c\u{85}\r\n"))
    #expect(run.requests.first?.fields["X"] == "a b")
    #expect(run.requests.first?.fields["Y"] == "")
    #expect(run.requests.first?.fields["Z"] == "\u{A0}c\u{85}")
  }

  @Test("Upgrade, h2c and forwarding fields are ordinary fields") func ignoredFields() {
    let run = ParserRun(
      get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n") + canary)
    #expect(run.requests.count == 2)
  }

  @Test(
    "RFC 9110 10.1.1 100-continue counts on HTTP/1.1 with a body",
    arguments: [
      ("POST", "1.1", "Content-Length: 5", true), ("POST", "1.1", "Transfer-Encoding: chunked", true),
      ("POST", "1.1", "Content-Length: 0", false), ("GET", "1.1", "X: y", false),
      ("POST", "1.0", "Content-Length: 5", false),
    ])
  func expectContinue(method: String, version: String, framing: String, expected: Bool) throws {
    var parser = RequestParser(limits: ServerLimits())
    let head = "\(method) /a HTTP/\(version)\r\nHost: a\r\nExpect: 100-Continue\r\n\(framing)\r\n\r\n"
    parser.append(Array(head.utf8))
    guard case .head(_, _, let expectsContinue) = try parser.next() else {
      Issue.record("no head")
      return
    }
    #expect(expectsContinue == expected)
  }

  @Test("RFC 9110 10.1.1 any expectation is ignored on HTTP/1.0 and without a body")
  func ignoredExpectations() {
    #expect(ParserRun(get("Expect: x\r\nContent-Length: 0\r\n", version: "1.0")).requests.count == 1)
    #expect(ParserRun(get("Expect: x\r\n")).requests.count == 1)
  }

  @Test(
    "RFC 9112 9.3 keep-alive",
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, CLOSE\r\n", false),
      ("1.1", "Connection: closed\r\n", true), ("1.0", "", false),
      ("1.0", "Connection: keep-alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
  func keepAlive(version: String, fields: String, expected: Bool) {
    #expect(ParserRun(get(fields, version: version)).requests.first?.head.allowsKeepAlive == expected)
  }

  @Test("HTTP/1.0 needs no Host") func noHostOn10() {
    #expect(ParserRun("GET /a HTTP/1.0\r\n\r\n").requests.first?.head.version == .http10)
  }

  @Test("media type is in lower case, without parameters") func mediaType() {
    let run = ParserRun(
      get("Content-Type: Application/JSON ; charset=utf-8\r\n")
        + get("Content-Type: a/b\r\nContent-Type: a/b\r\n"))
    #expect(run.requests.map(\.mediaType) == ["application/json", nil])
  }

  @Test("nothing is partial before the first byte or between requests, and a lone CR is") func partial() {
    #expect(!RequestParser(limits: ServerLimits()).hasPartialMessage)
    #expect(!ParserRun(canary + "\r\n").hasPartialMessage)
    #expect(ParserRun(canary + "\r").hasPartialMessage)
    #expect(ParserRun("G").hasPartialMessage)
  }

  @Test("a long head that comes byte by byte costs one look at each byte") func linearCost() {
    var limits = ServerLimits()
    limits.headerBlock = 4 << 20
    let clock = ContinuousClock()
    let time = clock.measure {
      let run = ParserRun(
        get("X: " + String(repeating: "a", count: 1 << 20) + "\r\n"), pieces: 1, limits: limits)
      #expect(run.requests.count == 1)
    }
    // Looking again at each byte would take hours.
    #expect(time < .seconds(60))
  }
}
