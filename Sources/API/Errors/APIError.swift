import HTTP
import JSON
import Transmitter

/// A refusal, as every dialect can tell it: what happened, why, and what the caller can do about it.
struct APIError: Error {
  /// What kind of refusal it is: stable, for programs.
  enum Kind: String {
    case invalidRequest = "invalid-request"
    case unauthorized
    case forbidden
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case conflict
    case keyReused = "idempotency-key-reused"
    case tooSoon = "too-soon"
    case unavailable
    case internalError = "internal-error"
    case malformedMessage = "malformed-message"
  }

  /// A fault in one member of the request.
  struct Fault: CustomStringConvertible {
    let pointer: JSONPointer
    let text: String

    var description: String {
      pointer == .root ? text : "\(pointer): \(text)"
    }

    /// The member as vendors write it: `delivery.endpoint_url`.
    var member: String {
      let names = pointer.description.split(separator: "/")
      return names.isEmpty ? "body" : names.joined(separator: ".")
    }

    /// Member and fault in one line.
    var sentence: String { "\(member): \(text)" }

    /// As problems tell it.
    var json: JSONValue { ["pointer": .string(pointer.description), "detail": .string(text)] }
  }

  let status: HTTPStatus
  let kind: Kind
  let detail: String
  var faults: [Fault] = []
  /// Whether the body could not be read at all.
  var isUnreadable = false
  /// The `WWW-Authenticate` challenge.
  var challenge: Challenge?
  var retryAfter: Duration?
  /// How the caller stands with the limit that has refused the call.
  var standing: RateStanding?
  /// What the log is told, and the caller is not.
  var cause: String?
  var allow: [HTTPMethod] = []
  /// The `error` of RFC 6749 §5.2, at the token endpoint.
  var oauthCode: String?
  /// Whether credentials were shown that are of no use.
  var isFailedAuthentication = false
  /// The nonce that a proof of possession must hold (RFC 9449 §8).
  var proofNonce: String?

  init(_ status: HTTPStatus, _ kind: Kind, _ detail: String) {
    self.status = status
    self.kind = kind
    self.detail = detail
  }

  static func invalid(_ pointer: JSONPointer, _ text: String) -> APIError {
    invalid([Fault(pointer: pointer, text: text)])
  }

  static func invalid(_ faults: [Fault]) -> APIError {
    let detail = faults.map(\.description).joined(separator: "; ")
    var error = APIError(.badRequest, .invalidRequest, detail)
    error.faults = faults
    return error
  }

  static func missingQuery(_ name: String) -> APIError {
    APIError(.badRequest, .invalidRequest, "the query parameter \(name) is missing; add ?\(name)=…")
  }

  static func notFound(_ path: String) -> APIError {
    APIError(.notFound, .notFound, "there is nothing at \(path)")
  }

  static func methodNotAllowed(_ method: HTTPMethod, allow: [HTTPMethod]) -> APIError {
    var error = APIError(.methodNotAllowed, .methodNotAllowed, "\(method) is not possible here")
    error.allow = allow
    return error
  }
}
