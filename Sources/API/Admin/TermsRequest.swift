import JSON
import Transmitter

/// What a request says of a stream's deliveries: `horizon` in seconds, `rate_limit` in SETs a second. Null gives the
/// choice back to the configuration.
struct TermsRequest: Sendable {
  /// What the named members say.
  let terms: DeliveryTerms
  private let namesHorizon: Bool
  private let namesRateLimit: Bool

  init(_ body: RequestObject) throws(APIError) {
    let horizons = DeliveryTerms.horizons
    let seconds = horizons.lowerBound.components.seconds...horizons.upperBound.components.seconds
    let rates = Int64(DeliveryTerms.rateLimits.lowerBound)...Int64(DeliveryTerms.rateLimits.upperBound)
    terms = DeliveryTerms(
      horizon: try body.optionalInteger("horizon", in: seconds).map { .seconds($0) },
      rateLimit: try body.optionalInteger("rate_limit", in: rates).map { Int($0) })
    let members = try body.members()
    namesHorizon = members["horizon"] != nil
    namesRateLimit = members["rate_limit"] != nil
  }

  func apply(to terms: inout DeliveryTerms) {
    if namesHorizon { terms.horizon = self.terms.horizon }
    if namesRateLimit { terms.rateLimit = self.terms.rateLimit }
  }
}
