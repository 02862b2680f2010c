/// A status code with its standard reason phrase (RFC 9110 §15).
package struct HTTPStatus: Hashable, Sendable, CustomStringConvertible {
  package let code: Int
  /// The phrase of the standard; never what a peer sent.
  package let reason: String

  /// - Parameter code: 100...599.
  package init(code: Int) {
    self.code = code
    reason = Self.reasons[code] ?? "Unknown"
  }

  package var description: String { "\(code) \(reason)" }

  /// 1xx: another status line follows.
  package var isInformational: Bool { code / 100 == 1 }
  package var isSuccess: Bool { code / 100 == 2 }

  /// Whether a response with this status may have a body (RFC 9110 §6.4.1).
  var allowsBody: Bool { !isInformational && code != 204 && code != 304 }
}

extension HTTPStatus {
  package static let `continue` = HTTPStatus(code: 100)
  package static let ok = HTTPStatus(code: 200)
  package static let created = HTTPStatus(code: 201)
  package static let accepted = HTTPStatus(code: 202)
  package static let noContent = HTTPStatus(code: 204)
  package static let multiStatus = HTTPStatus(code: 207)
  package static let notModified = HTTPStatus(code: 304)
  package static let badRequest = HTTPStatus(code: 400)
  package static let unauthorized = HTTPStatus(code: 401)
  package static let forbidden = HTTPStatus(code: 403)
  package static let notFound = HTTPStatus(code: 404)
  package static let methodNotAllowed = HTTPStatus(code: 405)
  package static let notAcceptable = HTTPStatus(code: 406)
  package static let requestTimeout = HTTPStatus(code: 408)
  package static let conflict = HTTPStatus(code: 409)
  package static let gone = HTTPStatus(code: 410)
  package static let lengthRequired = HTTPStatus(code: 411)
  package static let preconditionFailed = HTTPStatus(code: 412)
  package static let contentTooLarge = HTTPStatus(code: 413)
  package static let uriTooLong = HTTPStatus(code: 414)
  package static let unsupportedMediaType = HTTPStatus(code: 415)
  package static let expectationFailed = HTTPStatus(code: 417)
  package static let misdirectedRequest = HTTPStatus(code: 421)
  package static let unprocessableContent = HTTPStatus(code: 422)
  package static let tooManyRequests = HTTPStatus(code: 429)
  package static let requestHeaderFieldsTooLarge = HTTPStatus(code: 431)
  package static let internalServerError = HTTPStatus(code: 500)
  package static let notImplemented = HTTPStatus(code: 501)
  package static let badGateway = HTTPStatus(code: 502)
  package static let serviceUnavailable = HTTPStatus(code: 503)
  package static let gatewayTimeout = HTTPStatus(code: 504)
  package static let httpVersionNotSupported = HTTPStatus(code: 505)

  private static let reasons: [Int: String] = [
    100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted",
    204: "No Content", 207: "Multi-Status", 301: "Moved Permanently", 302: "Found", 303: "See Other",
    304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
    415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request",
    422: "Unprocessable Content", 425: "Too Early", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  ]
}
