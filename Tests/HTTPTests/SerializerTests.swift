import HTTP
import Testing

@Suite("Serializers") struct SerializerTests {
  private let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

  private func text(_ response: Response, forHead: Bool = false, keepAlive: Bool = true) throws -> String {
    var bytes: [UInt8] = []
    try ResponseSerializer.append(response, to: &bytes, forHead: forHead, keepAlive: keepAlive, date: date)
    return String(decoding: bytes, as: UTF8.self)
  }

  private let ok = Response(status: .ok, fields: ["Content-Type": "text/plain"], body: Array("hello".utf8))

  @Test("a response states length, date and the connection's fate") func response() throws {
    #expect(
      try text(ok)
        == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
        + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\n\r\nhello")
  }

  @Test("HEAD has the same head and no body") func head() throws {
    let whole = try text(ok)
    #expect(try text(ok, forHead: true) == String(whole.dropLast(5)))
  }

  @Test("204 and 304 have neither length nor body", arguments: [HTTPStatus.noContent, .notModified])
  func withoutBody(status: HTTPStatus) throws {
    let text = try text(Response(status: status, body: Array("x".utf8)))
    #expect(!text.contains("Content-Length"))
    #expect(text.hasSuffix("\r\n\r\n"))
  }

  @Test("an empty body has length 0") func emptyBody() throws {
    #expect(try text(Response(status: .accepted)).contains("Content-Length: 0\r\n"))
  }

  @Test("the connection is closed if the server or the response says so") func close() throws {
    #expect(try text(ok, keepAlive: false).contains("Connection: close\r\n"))
    var closing = ok
    closing.closesConnection = true
    #expect(try text(closing).contains("Connection: close\r\n"))
  }

  @Test("a prepared response is written like its original") func prepared() throws {
    let prepared = Response(prepared: try PreparedResponse(ok))
    #expect(try text(prepared) == text(ok))
    #expect(try text(prepared, forHead: true, keepAlive: false) == text(ok, forHead: true, keepAlive: false))
  }

  @Test("a change to a prepared response is not lost") func changedPrepared() throws {
    var response = Response(prepared: try PreparedResponse(ok))
    response.fields["Content-Type"] = "text/html"
    response.body.append(UInt8(ascii: "!"))
    #expect(try text(response).contains("text/html\r\nContent-Length: 6\r\n"))
  }

  @Test(
    "fields that could be read as something else are refused",
    arguments: [
      ("X", "a\r\nSet-Cookie: b", SerializationError.forbiddenValue(name: "X")),
      ("X", "a\nb", .forbiddenValue(name: "X")), ("X", "a\rb", .forbiddenValue(name: "X")),
      ("X", "a\0b", .forbiddenValue(name: "X")), ("X Y", "a", .malformedName("X Y")),
      ("", "a", .malformedName("")), ("X:", "a", .malformedName("X:")),
      ("content-length", "5", .reservedField("content-length")),
      ("Transfer-Encoding", "chunked", .reservedField("Transfer-Encoding")),
    ])
  func refusedFields(name: String, value: String, error: SerializationError) throws {
    var fields = HTTPFields()
    fields.append(name, value)
    var bytes = Array("before".utf8)
    #expect(throws: error) {
      try ResponseSerializer.append(
        Response(status: .ok, fields: fields), to: &bytes, forHead: false, keepAlive: true, date: date)
    }
    #expect(throws: error) { try PreparedResponse(Response(status: .ok, fields: fields)) }
    let url = try HTTPURL(parsing: "https://a")
    #expect(throws: error) {
      try RequestSerializer.append(.get, target: "/", host: url.authority, fields: fields, to: &bytes)
    }
    #expect(bytes == Array("before".utf8))
    #expect(!error.description.isEmpty)
  }

  @Test("a request names its host and length") func request() throws {
    let url = try HTTPURL(parsing: "https://Receiver.example:8443/events?a=b")
    var bytes: [UInt8] = []
    try RequestSerializer.append(
      .post, target: url.requestTarget, host: url.authority, fields: ["Accept": "application/json"],
      body: Array("set".utf8), to: &bytes)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "POST /events?a=b HTTP/1.1\r\nHost: receiver.example:8443\r\nAccept: application/json\r\n"
        + "Content-Length: 3\r\n\r\nset")
  }

  @Test("GET has no length, an empty POST has length 0") func requestLength() throws {
    let host = try HTTPURL(parsing: "http://a").authority
    var get: [UInt8] = []
    var post: [UInt8] = []
    try RequestSerializer.append(.get, target: "/", host: host, to: &get)
    try RequestSerializer.append(.post, target: "/", host: host, to: &post)
    #expect(String(decoding: get, as: UTF8.self) == "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(
      String(decoding: post, as: UTF8.self) == "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
  }

  @Test(
    "a target that could end the request line is refused",
    arguments: ["", "a", "/ HTTP/1.1\r\n", "/a b", "/#"])
  func requestTargets(target: String) throws {
    let host = try HTTPURL(parsing: "http://a").authority
    var bytes: [UInt8] = []
    #expect(throws: SerializationError.malformedTarget) {
      try RequestSerializer.append(.get, target: target, host: host, to: &bytes)
    }
  }

  @Test("what the serializers write the parsers read") func roundTrip() throws {
    var bytes: [UInt8] = []
    try ResponseSerializer.append(ok, to: &bytes, forHead: false, keepAlive: true, date: date)
    var parser = ResponseParser(method: .get)
    parser.append(bytes)
    _ = try parser.next()
    #expect(try parser.next() == .complete(body: ok.body))
    #expect(parser.canReuseConnection)
  }
}
