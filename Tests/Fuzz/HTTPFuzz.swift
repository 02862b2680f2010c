import HTTP

/// Feeds the parsers whatever the fuzzer makes up, whole and in pieces: what they make of it must be the
/// same. The first byte chooses the size of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = bytes.first else { return 0 }
  let message = bytes.dropFirst()
  let size = 1 + Int(choice % 16)

  checkRequests(message, pieces: size)
  for method in [HTTPMethod.get, .head] { checkResponse(message, to: method, pieces: size) }
  checkTexts(String(decoding: message, as: UTF8.self))
  return 0
}

private struct Requests: Equatable {
  var complete: [Request] = []
  var fault: RequestError?
  var hasPartialMessage = false

  init(_ bytes: ArraySlice<UInt8>, pieces size: Int) {
    var parser = RequestParser(limits: ServerLimits())
    for piece in pieces(of: bytes, size: size) where fault == nil {
      parser.append(piece)
      drain(&parser)
    }
    hasPartialMessage = parser.hasPartialMessage
  }

  private mutating func drain(_ parser: inout RequestParser) {
    do {
      while let event = try parser.next() {
        if case .complete(let request) = event { complete.append(request) }
      }
    } catch {
      fault = error
    }
  }
}

private struct Answer: Equatable {
  var events: [ResponseParser.Event] = []
  var error: ResponseError?
  var canReuse = false

  init(_ bytes: ArraySlice<UInt8>, to method: HTTPMethod, pieces size: Int) {
    var parser = ResponseParser(method: method)
    for piece in pieces(of: bytes, size: size) where error == nil {
      parser.append(piece)
      drain(&parser)
    }
    canReuse = parser.canReuseConnection
    parser.finish()
    if error == nil { drain(&parser) }
  }

  private mutating func drain(_ parser: inout ResponseParser) {
    do {
      while let event = try parser.next() { events.append(event) }
    } catch {
      self.error = error
    }
  }
}

private func pieces(of bytes: ArraySlice<UInt8>, size: Int) -> [ArraySlice<UInt8>] {
  stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
    bytes[$0..<min($0 + size, bytes.endIndex)]
  }
}

private func checkRequests(_ bytes: ArraySlice<UInt8>, pieces size: Int) {
  let whole = Requests(bytes, pieces: max(bytes.count, 1))
  check(Requests(bytes, pieces: size) == whole, "requests do not depend on how bytes are split")
  for request in whole.complete {
    check(request.head.version == .http10 || request.fields.values(of: "Host").count == 1, "one Host")
    let framings =
      request.fields.values(of: "Content-Length") + request.fields.values(of: "Transfer-Encoding")
    check(framings.count <= 1, "one framing")
  }
}

private func checkResponse(_ bytes: ArraySlice<UInt8>, to method: HTTPMethod, pieces size: Int) {
  check(
    Answer(bytes, to: method, pieces: size) == Answer(bytes, to: method, pieces: max(bytes.count, 1)),
    "an answer does not depend on how bytes are split")
}

private func checkTexts(_ text: String) {
  if let url = try? HTTPURL(parsing: text) {
    check((try? HTTPURL(parsing: url.origin))?.origin == url.origin, "an origin is the URL of itself")
  }
  if let seconds = HTTPDate.parse(text) {
    check(HTTPDate.parse(HTTPDate.text(secondsSince1970: seconds)) == seconds, "a date is read back")
  }
  if let milliseconds = RFC3339.parse(text), (0...253_402_300_799_999).contains(milliseconds) {
    let again = RFC3339.parse(RFC3339.text(millisecondsSince1970: milliseconds))
    check(again == milliseconds, "a timestamp is read back")
  }
}

/// Unlike `precondition`, it says in an optimized build what failed.
private func check(_ condition: Bool, _ claim: @autoclosure () -> String) {
  if !condition { fatalError("does not hold: \(claim())") }
}
