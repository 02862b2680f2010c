import HTTP

/// What a parser made of some bytes: the requests before the first fault, and the fault.
struct ParserRun: Equatable {
  var requests: [Request] = []
  var fault: RequestError?
  var hasPartialMessage = false

  /// Feeds the bytes in pieces of `size`, draining events after each.
  init(
    _ bytes: [UInt8], pieces size: Int = .max, limits: ServerLimits = ServerLimits(), bodyLimit: Int? = nil
  ) {
    var parser = RequestParser(limits: limits)
    var rest = bytes[...]
    while !rest.isEmpty, fault == nil {
      parser.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      drain(&parser, bodyLimit: bodyLimit)
    }
    hasPartialMessage = parser.hasPartialMessage
  }

  init(_ text: String, pieces size: Int = .max, limits: ServerLimits = ServerLimits(), bodyLimit: Int? = nil)
  {
    self.init(Array(text.utf8), pieces: size, limits: limits, bodyLimit: bodyLimit)
  }

  private mutating func drain(_ parser: inout RequestParser, bodyLimit: Int?) {
    do {
      while let event = try parser.next() {
        switch event {
        case .head: if let bodyLimit { try parser.acceptBody(limit: bodyLimit) }
        case .complete(let request): requests.append(request)
        }
      }
    } catch {
      fault = error
    }
  }
}

/// A request that must never be parsed where it stands behind a malformed one.
let canary = "GET /canary HTTP/1.1\r\nHost: a\r\n\r\n"
