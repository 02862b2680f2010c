import HTTP
import Testing

/// What a response parser made of some bytes.
private struct ResponseRun: Equatable {
  var head: ResponseHead?
  var body: String?
  var error: ResponseError?
  var canReuse = false

  init(
    _ bytes: [UInt8], closed: Bool = false, pieces size: Int = .max, to method: HTTPMethod = .post,
    limits: ResponseLimits = ResponseLimits()
  ) {
    var parser = ResponseParser(method: method, limits: limits)
    var rest = bytes[...]
    while !rest.isEmpty, error == nil {
      parser.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      drain(&parser)
    }
    if closed, error == nil {
      parser.finish()
      drain(&parser)
    }
    head = parser.head
    canReuse = parser.canReuseConnection
  }

  private mutating func drain(_ parser: inout ResponseParser) {
    do {
      while let event = try parser.next() {
        if case .complete(let bytes) = event { body = String(decoding: bytes, as: UTF8.self) }
      }
    } catch {
      self.error = error
    }
  }
}

/// One answer and what must be read from it.
private struct ResponseRow: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  var closed = false
  var method = HTTPMethod.post
  var status: Int?
  var body: String?
  var error: ResponseError?
  var reusable = false

  var testDescription: String { name }
}

@Suite("RFC 9112 responses") struct ResponseParserTests {
  private static let ok = "HTTP/1.1 200 OK\r\n"
  private static let interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"

  private static let complete = [
    ResponseRow(
      name: "Content-Length", text: ok + "Content-Length: 5\r\n\r\nhello", status: 200, body: "hello",
      reusable: true),
    ResponseRow(
      name: "chunked",
      text: ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a\r\nlo\r\n0\r\nX: y\r\n\r\n",
      status: 200, body: "hello", reusable: true),
    ResponseRow(name: "until close", text: ok + "\r\nhello", closed: true, status: 200, body: "hello"),
    ResponseRow(name: "empty until close", text: ok + "\r\n", closed: true, status: 200, body: ""),
    ResponseRow(
      name: "202 without body", text: "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", status: 202,
      body: "", reusable: true),
    ResponseRow(name: "204", text: "HTTP/1.1 204 No Content\r\n\r\n", status: 204, body: "", reusable: true),
    ResponseRow(
      name: "304", text: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", status: 304, body: "",
      reusable: true),
    ResponseRow(
      name: "HEAD", text: ok + "Content-Length: 5\r\n\r\n", method: .head, status: 200, body: "",
      reusable: true),
    ResponseRow(
      name: "no reason phrase", text: "HTTP/1.1 204 \r\n\r\n", status: 204, body: "", reusable: true),
    ResponseRow(
      name: "no space behind the code", text: "HTTP/1.1 204\r\n\r\n", status: 204, body: "", reusable: true),
    ResponseRow(
      name: "Connection: close", text: ok + "Connection: close\r\nContent-Length: 0\r\n\r\n", status: 200,
      body: ""),
    ResponseRow(
      name: "HTTP/1.0", text: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", status: 200, body: ""),
    ResponseRow(
      name: "HTTP/1.0 keep-alive",
      text: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
      status: 200, body: "", reusable: true),
    ResponseRow(
      name: "8 interim responses",
      text: String(repeating: interim, count: 8) + ok + "Content-Length: 0\r\n\r\n", status: 200, body: "",
      reusable: true),
    ResponseRow(
      name: "two responses", text: ok + "Content-Length: 1\r\n\r\na" + ok + "Content-Length: 1\r\n\r\nb",
      status: 200,
      body: "a"),
    ResponseRow(
      name: "204 that announces a body", text: "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
      status: 204, body: ""),
    ResponseRow(
      name: "unknown code", text: "HTTP/1.1 599 ?\r\nContent-Length: 0\r\n\r\n", status: 599, body: "",
      reusable: true),
    ResponseRow(
      name: "body of the limit",
      text: ok + "Content-Length: 65536\r\n\r\n" + String(repeating: "x", count: 65536),
      status: 200, body: String(repeating: "x", count: 65536), reusable: true),
  ]

  private static let headUnknown = [
    ResponseRow(name: "HTTP/0.9", text: "<html>", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "garbage", text: "\u{16}\u{03}", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "SSH", text: "SSH-2.0-x\r\n", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "HTTP/2", text: "HTTP/2.0 200 OK\r\n\r\n", error: .malformed(.unsupportedVersion)),
    ResponseRow(
      name: "version malformed", text: "HTTP/x 200 OK\r\n\r\n", error: .malformed(.malformedVersion)),
    ResponseRow(
      name: "code of two digits", text: "HTTP/1.1 20 OK\r\n\r\n", error: .malformed(.malformedStatusLine)),
    ResponseRow(
      name: "code of four digits", text: "HTTP/1.1 2000 OK\r\n\r\n", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "code 099", text: "HTTP/1.1 099 OK\r\n\r\n", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "code 600", text: "HTTP/1.1 600 OK\r\n\r\n", error: .malformed(.malformedStatusLine)),
    ResponseRow(name: "bare LF", text: "HTTP/1.1 200 OK\n\n", error: .malformed(.bareLineFeed)),
    ResponseRow(name: "folded field", text: ok + "X: a\r\n b\r\n\r\n", error: .malformed(.foldedField)),
    ResponseRow(
      name: "space before colon", text: ok + "X : a\r\n\r\n", error: .malformed(.malformedFieldName)),
    ResponseRow(name: "closed at once", text: "H", closed: true, error: .headCut),
    ResponseRow(name: "head cut", text: ok + "Content-Length: 5\r\n", closed: true, error: .headCut),
    ResponseRow(name: "only interim", text: interim, closed: true, error: .headCut),
    ResponseRow(
      name: "9 interim responses", text: String(repeating: interim, count: 9),
      error: .unexpectedInterimResponse),
    ResponseRow(
      name: "101", text: "HTTP/1.1 101 Switching Protocols\r\n\r\n", error: .unexpectedInterimResponse),
    ResponseRow(
      name: "huge field", text: ok + "X: " + String(repeating: "a", count: 16 << 10),
      error: .malformed(.headerBlockTooLarge)),
    ResponseRow(
      name: "huge status line", text: "HTTP/1.1 200 " + String(repeating: "a", count: 16 << 10),
      error: .malformed(.headerBlockTooLarge)),
    ResponseRow(
      name: "too many fields", text: ok + String(repeating: "X: a\r\n", count: 129),
      error: .malformed(.tooManyFields)),
  ]

  private static let headKnown = [
    ResponseRow(
      name: "body cut", text: ok + "Content-Length: 9\r\n\r\nhello", closed: true, status: 200,
      error: .bodyCut),
    ResponseRow(
      name: "chunked body cut", text: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", closed: true,
      status: 200, error: .bodyCut),
    ResponseRow(
      name: "last chunk missing", text: ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", closed: true,
      status: 200, error: .bodyCut),
    ResponseRow(
      name: "chunk malformed", text: ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", status: 200,
      error: .malformed(.malformedChunkSize)),
    ResponseRow(
      name: "length beyond the limit", text: ok + "Content-Length: 65537\r\n\r\n", status: 200,
      error: .malformed(.bodyTooLarge)),
    ResponseRow(
      name: "chunk beyond the limit", text: ok + "Transfer-Encoding: chunked\r\n\r\n10001\r\n", status: 200,
      error: .malformed(.bodyTooLarge)),
    ResponseRow(
      name: "endless body", text: ok + "\r\n" + String(repeating: "x", count: 65537), status: 200,
      error: .malformed(.bodyTooLarge)),
    ResponseRow(
      name: "CL and TE", text: ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", status: 200,
      error: .malformed(.lengthAndTransferEncoding)),
    ResponseRow(
      name: "two CL", text: ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", status: 200,
      error: .malformed(.repeatedContentLength)),
    ResponseRow(
      name: "TE gzip", text: ok + "Transfer-Encoding: gzip\r\n\r\n", status: 200,
      error: .malformed(.unknownTransferCoding)),
    ResponseRow(
      name: "TE on HTTP/1.0", text: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", status: 200,
      error: .malformed(.transferEncodingBefore11)),
  ]

  @Test("are read as the table says, however they are split", arguments: complete + headUnknown + headKnown)
  private func table(_ row: ResponseRow) {
    for size in [.max, 1, 7] {
      let run = ResponseRun(Array(row.text.utf8), closed: row.closed, pieces: size, to: row.method)
      #expect(run.head?.status.code == row.status)
      #expect(run.body == row.body)
      #expect(run.error == row.error)
      #expect(run.canReuse == row.reusable)
    }
  }

  @Test("a head is known before its body") func headFirst() throws {
    var parser = ResponseParser(method: .post)
    parser.append(Array("HTTP/1.1 202 Whatever\r\nContent-Length: 5\r\nRetry-After: 3\r\n\r\n".utf8))
    guard case .head(let head) = try parser.next() else {
      Issue.record("no head")
      return
    }
    #expect(head.status == .accepted)
    #expect(head.fields["retry-after"] == "3")
    #expect(try parser.next() == nil)
    #expect(!parser.canReuseConnection)
  }

  @Test("a connection that the peer closed is not used again") func closedIsNotReused() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    #expect(ResponseRun(Array(text.utf8)).canReuse)
    #expect(!ResponseRun(Array(text.utf8), closed: true).canReuse)
  }
}
