import HTTP
import Testing

@Suite("Request limits") struct RequestLimitTests {
  private let limits = ServerLimits()

  private func requestLine(ofLength length: Int) -> String {
    let frame = "GET / HTTP/1.1"
    return "GET /\(String(repeating: "a", count: length - frame.utf8.count)) HTTP/1.1"
  }

  /// A head whose field section, with the empty line, takes `size` bytes.
  private func head(ofSize size: Int) -> String {
    let frame = "Host: a\r\nX: \r\n\r\n"
    return "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: size - frame.utf8.count))\r\n\r\n"
  }

  private func head(fieldCount: Int) -> String {
    "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: fieldCount - 1) + "\r\n"
  }

  private func post(_ framing: String, _ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n\(body)"
  }

  /// Expects `atLimit` to pass and `beyond` to be refused, whole and byte by byte.
  private func expectBoundary(
    _ atLimit: String, _ beyond: String, _ status: Int, bodyLimit: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for size in [1, Int.max] {
      let good = ParserRun(atLimit + canary, pieces: size, bodyLimit: bodyLimit)
      #expect(good.requests.count == 2 && good.fault == nil, sourceLocation: sourceLocation)
      let bad = ParserRun(beyond + canary, pieces: size, bodyLimit: bodyLimit)
      #expect(bad.fault?.status.code == status, sourceLocation: sourceLocation)
      #expect(bad.requests.isEmpty, sourceLocation: sourceLocation)
    }
  }

  @Test("request line: 414 beyond 8 KiB") func requestLineLimit() {
    expectBoundary(
      requestLine(ofLength: 8192) + "\r\nHost: a\r\n\r\n",
      requestLine(ofLength: 8193) + "\r\nHost: a\r\n\r\n",
      414)
  }

  @Test("an endless request line is refused without its end") func endlessRequestLine() {
    #expect(ParserRun(String(repeating: "A", count: 8195)).fault?.reason == .requestLineTooLong)
    #expect(ParserRun(String(repeating: "A", count: 8194)).fault == nil)
  }

  @Test("header block: 431 beyond 16 KiB") func headerBlockLimit() {
    expectBoundary(head(ofSize: 16384), head(ofSize: 16385), 431)
  }

  @Test("an endless field is refused without its end") func endlessField() {
    let run = ParserRun("GET / HTTP/1.1\r\nX: " + String(repeating: "A", count: 16384))
    #expect(run.fault?.reason == .headerBlockTooLarge)
  }

  @Test("header fields: 431 beyond 64") func headerFieldLimit() {
    expectBoundary(head(fieldCount: 64), head(fieldCount: 65), 431)
  }

  @Test("body: 413 beyond its limit, by length and by chunks") func bodyLimit() {
    expectBoundary(
      post("Content-Length: 10", "0123456789"), post("Content-Length: 11", "0123456789a"), 413, bodyLimit: 10)
    expectBoundary(
      post("Transfer-Encoding: chunked", "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked", "5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n"), 413, bodyLimit: 10)
  }

  @Test("body: the default limit holds where none is set") func defaultBodyLimit() {
    let body = String(repeating: "x", count: limits.body)
    #expect(ParserRun(post("Content-Length: \(limits.body)", body)).requests.count == 1)
    #expect(ParserRun(post("Content-Length: \(limits.body + 1)", "")).fault?.status == .contentTooLarge)
  }

  @Test("body: 413 before a byte of it is read") func bodyTooLargeByLength() throws {
    var parser = RequestParser(limits: limits)
    parser.append(Array(post("Content-Length: 11", "").utf8))
    guard case .head = try parser.next() else {
      Issue.record("no head")
      return
    }
    let error = #expect(throws: RequestError.self) { try parser.acceptBody(limit: 10) }
    #expect(error?.status == .contentTooLarge)
    #expect(throws: RequestError.self) { try parser.next() }
  }

  @Test("chunk extensions: 400 beyond 1 KiB") func chunkExtensionLimit() {
    func body(_ length: Int) -> String {
      post("Transfer-Encoding: chunked", "1;\(String(repeating: "a", count: length - 1))\r\nx\r\n0\r\n\r\n")
    }
    expectBoundary(body(1024), body(1025), 400)
  }

  @Test("trailers: 431 beyond 16 KiB or 64 fields") func trailerLimit() {
    func size(_ size: Int) -> String {
      let value = String(repeating: "a", count: size - "X: \r\n\r\n".utf8.count)
      return post("Transfer-Encoding: chunked", "0\r\nX: \(value)\r\n\r\n")
    }
    func count(_ count: Int) -> String {
      post("Transfer-Encoding: chunked", "0\r\n" + String(repeating: "X: a\r\n", count: count) + "\r\n")
    }
    expectBoundary(size(16384), size(16385), 431)
    expectBoundary(count(64), count(65), 431)
  }
}
