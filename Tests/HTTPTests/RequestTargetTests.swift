import HTTP
import Testing

@Suite("RFC 9112 3.2 request targets") struct RequestTargetTests {
  @Test("path and query are kept as received and decoded") func pieces() throws {
    let target = try RequestTarget(parsing: "/a%2Fb//c%20d/?x=1&y=%C3%A9+z&x=2&flag&=v&&u=a%3Db=c")
    #expect(target.form == .origin)
    #expect(target.rawPath == "/a%2Fb//c%20d/")
    #expect(target.segments == ["a/b", "", "c d", ""])
    #expect(target.query("x") == "1")
    #expect(target.query("y") == "\u{E9} z")
    #expect(target.query("flag") == "")
    #expect(target.query("u") == "a=b=c")
    #expect(target.query("none") == nil)
    #expect(target.queryItems.map(\.name) == ["x", "y", "x", "flag", "", "u"])
  }

  @Test("a path without query, and an empty query") func query() throws {
    #expect(try RequestTarget(parsing: "/").rawQuery == nil)
    #expect(try RequestTarget(parsing: "/?").rawQuery == "")
    #expect(try RequestTarget(parsing: "/").segments == [""])
  }

  @Test("absolute form keeps its authority") func absolute() throws {
    let target = try RequestTarget(parsing: "HTTP://A:80?x=y")
    guard case .absolute(let authority) = target.form else {
      Issue.record("not absolute")
      return
    }
    #expect(authority.description == "a:80")
    #expect(target.rawPath == "/")
    #expect(target.query("x") == "y")
  }

  @Test("absolute form is accepted where it names the host of Host") func absoluteEqualsHost() {
    let run = ParserRun("GET http://A.example/x HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n")
    #expect(run.requests.first?.target.rawPath == "/x")
  }

  @Test("asterisk form is accepted for OPTIONS") func asterisk() {
    let run = ParserRun("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(run.requests.first?.target.form == .asterisk)
    #expect(run.requests.first?.target.path == "*")
  }

  @Test(
    "legal hosts pass",
    arguments: ["a", "A.example:8080", "127.0.0.1:1", "[::1]", "[2001:db8::1]:443", "a_b.c", "a.example."])
  func hosts(host: String) {
    #expect(ParserRun("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").requests.count == 1)
  }
}
