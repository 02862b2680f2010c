import HTTP
import Sockets

/// A serialized request, and what its answer may take.
struct Exchange: Sendable {
  let message: [UInt8]
  let method: HTTPMethod
  let limits: ClientLimits
  let deadline: Deadline
}

extension ClientConnection {
  /// Sends the request and reads the answer to it.
  /// - Returns: the answer, and whether the connection can carry another request.
  func perform(
    _ exchange: Exchange
  ) async throws(ClientError) -> (response: ClientResponse, isReusable: Bool) {
    hasAnswered = false
    try await send(exchange.message, by: exchange.deadline)
    var parser = ResponseParser(method: exchange.method, limits: ResponseLimits(exchange.limits))
    do throws(ClientError) {
      let (head, body) = try await readAnswer(&parser, by: exchange.deadline)
      return (ClientResponse(head, body: body), parser.canReuseConnection)
    } catch {
      // The status is what matters to a delivery: a body that breaks behind a complete head changes nothing.
      guard let head = parser.head else { throw error }
      return (ClientResponse(truncatedBehind: head), false)
    }
  }

  private func readAnswer(
    _ parser: inout ResponseParser, by deadline: Deadline
  ) async throws(ClientError) -> (ResponseHead, [UInt8]) {
    while true {
      switch try parser.nextEvent() {
      case .head: continue
      case .complete(let body): if let head = parser.head { return (head, body) }
      case nil: try await readMore(into: &parser, by: deadline)
      }
    }
  }

  private func readMore(into parser: inout ResponseParser, by deadline: Deadline) async throws(ClientError) {
    var bytes: [UInt8] = []
    guard try await receive(into: &bytes, by: deadline) else { return parser.finish() }
    hasAnswered = true
    parser.append(bytes)
  }
}

extension ResponseLimits {
  fileprivate init(_ limits: ClientLimits) {
    self.init()
    head = limits.head
    body = limits.body
  }
}

extension ResponseParser {
  fileprivate mutating func nextEvent() throws(ClientError) -> Event? {
    do throws(ResponseError) {
      return try next()
    } catch .headCut {
      throw .connectionClosed
    } catch .malformed(.headerBlockTooLarge), .malformed(.tooManyFields) {
      throw .responseTooLarge
    } catch {
      throw .malformedResponse(error)
    }
  }
}
