import HTTP
import Transmitter

/// How a caller stands with a limit, after the call that is being answered.
struct RateStanding: Sendable {
  /// The name of the limit, for callers that are under several.
  let policy: String
  let bucket: TokenBucket.Standing

  /// Why the call is refused, if it is.
  var refusal: APIError? { refusal("this client calls too often") }

  /// - Parameter what: what there is too much of.
  func refusal(_ what: String) -> APIError? {
    guard let wait = bucket.wait else { return nil }
    var error = APIError(
      .tooManyRequests, .tooSoon, "\(what); try again in \(wait.secondsRoundedUp) s")
    error.retryAfter = wait
    error.standing = self
    return error
  }

  /// The fields of draft-ietf-httpapi-ratelimit-headers: the limit, what is left of it, and when it is whole again (or,
  /// for a refused call, when there is something again).
  func add(to fields: inout HTTPFields) {
    let (rate, reset) = (bucket.rate, (bucket.wait ?? bucket.untilFull).secondsRoundedUp)
    fields["RateLimit-Policy"] = "\"\(policy)\";q=\(rate.burst);w=\(rate.timeToFill.secondsRoundedUp)"
    fields["RateLimit"] = "\"\(policy)\";r=\(bucket.remaining);t=\(reset)"
  }

  /// The same for Okta's SDKs, unless another limit has refused the call and says when it may be repeated.
  func addOktaFields(to fields: inout HTTPFields, at now: Timestamp) {
    guard bucket.wait != nil || fields["X-Rate-Limit-Reset"] == nil else { return }
    let reset = (bucket.wait ?? bucket.untilFull).secondsRoundedUp
    fields["X-Rate-Limit-Limit"] = String(bucket.rate.burst)
    fields["X-Rate-Limit-Remaining"] = String(bucket.remaining)
    fields["X-Rate-Limit-Reset"] = String(now.seconds + reset)
  }
}
