import HTTP
import Transmitter

extension APIError {
  /// The least time to wait that is named where none is known.
  private static let shortestWait = Duration.seconds(1)

  /// The header fields of the answer, without `Content-Type`.
  func fields(now: Timestamp) -> HTTPFields {
    var fields: HTTPFields = ["Cache-Control": "no-store"]
    fields["WWW-Authenticate"] = challenge?.description
    fields["DPoP-Nonce"] = proofNonce
    if !allow.isEmpty { fields["Allow"] = allow.map(\.rawValue).joined(separator: ", ") }
    if let wait { Self.add(wait, from: now, to: &fields) }
    return fields
  }

  /// How long to wait before the request may be repeated; nil where waiting is no use.
  private var wait: Duration? {
    let isTemporary = status == .tooManyRequests || status == .serviceUnavailable
    return retryAfter ?? (isTemporary ? Self.shortestWait : nil)
  }

  /// `Retry-After`, and the same for Okta's SDKs, which look at the instant of the reset and at nothing else,
  /// and break without it.
  private static func add(_ wait: Duration, from now: Timestamp, to fields: inout HTTPFields) {
    fields["Retry-After"] = String(wait.secondsRoundedUp)
    fields["X-Rate-Limit-Limit"] = "1"
    fields["X-Rate-Limit-Remaining"] = "0"
    fields["X-Rate-Limit-Reset"] = String(now.seconds + wait.secondsRoundedUp)
  }
}
