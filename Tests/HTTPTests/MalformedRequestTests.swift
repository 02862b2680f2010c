import HTTP
import Testing

@Suite("RFC 9112 malformed requests") struct MalformedRequestTests {
  @Test("are refused with their status", arguments: MalformedRequest.all)
  func refused(_ row: MalformedRequest) {
    let run = ParserRun(row.bytes)
    #expect(run.fault?.status.code == row.status)
    #expect(run.requests.isEmpty)
  }

  @Test("are judged the same however they are split", arguments: MalformedRequest.all)
  func splitDoesNotMatter(_ row: MalformedRequest) {
    let whole = ParserRun(row.bytes + Array(canary.utf8))
    for size in [1, 2, 3, 7, 64] {
      #expect(ParserRun(row.bytes + Array(canary.utf8), pieces: size) == whole, "pieces of \(size)")
    }
    #expect(whole.fault?.status.code == row.status)
  }

  @Test("never let a request behind them through", arguments: MalformedRequest.all)
  func canaryIsNotParsed(_ row: MalformedRequest) {
    let run = ParserRun(row.bytes + Array(canary.utf8))
    #expect(run.requests.isEmpty)
  }

  @Test("let the request before them through", arguments: MalformedRequest.all)
  func validRequestComesFirst(_ row: MalformedRequest) {
    let valid = Array("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi".utf8)
    // One empty line is let pass before a request, so that rows which begin with one stay what they are.
    for size in [1, Int.max] {
      let run = ParserRun(valid + row.bytes + Array(canary.utf8), pieces: size)
      #expect(run.requests.map(\.target.path) == ["/first"])
      #expect(run.fault?.status.code == row.status)
    }
  }

  @Test("a fault is final") func faultIsFinal() throws {
    var parser = RequestParser(limits: ServerLimits())
    parser.append(Array("GET /a\nHost: a\r\n\r\n".utf8))
    let first = #expect(throws: RequestError.self) { try parser.next() }
    parser.append(Array(canary.utf8))
    let second = #expect(throws: RequestError.self) { try parser.next() }
    #expect(first?.reason == .bareLineFeed)
    #expect(first == second)
  }

  @Test("every fault has a text and an error status", arguments: MessageFault.allCases)
  func faultsAreDescribed(_ fault: MessageFault) {
    let error = RequestError(reason: fault)
    #expect(error.description != fault.rawValue)
    #expect(400...505 ~= error.status.code)
  }

  @Test("names in the table are unique") func namesAreUnique() {
    let names = MalformedRequest.all.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
