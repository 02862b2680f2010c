import JSON
import Transmitter

/// What a request says of a stream's deliveries: `horizon` in seconds, `rate_limit` in SETs a second, and the PEM texts
/// `client_certificate` and `client_key` together. Null gives the choice back to the configuration.
struct TermsRequest: Sendable {
  /// What the named members say.
  let terms: DeliveryTerms
  private let namesHorizon: Bool
  private let namesRateLimit: Bool
  private let namesIdentity: Bool

  /// The members that it reads.
  static let members: Set<String> = ["horizon", "rate_limit", "client_certificate", "client_key"]

  init(_ body: RequestObject) throws(APIError) {
    let horizons = DeliveryTerms.horizons
    let seconds = horizons.lowerBound.components.seconds...horizons.upperBound.components.seconds
    let rates = Int64(DeliveryTerms.rateLimits.lowerBound)...Int64(DeliveryTerms.rateLimits.upperBound)
    var terms = DeliveryTerms(
      horizon: try body.optionalInteger("horizon", in: seconds).map { .seconds($0) },
      rateLimit: try body.optionalInteger("rate_limit", in: rates).map { Int($0) })
    try Self.readIdentity(of: body, into: &terms)
    self.terms = terms
    let members = try body.members()
    namesHorizon = members["horizon"] != nil
    namesRateLimit = members["rate_limit"] != nil
    namesIdentity = members["client_certificate"] != nil
  }

  func apply(to terms: inout DeliveryTerms) {
    if namesHorizon { terms.horizon = self.terms.horizon }
    if namesRateLimit { terms.rateLimit = self.terms.rateLimit }
    if namesIdentity { terms.identity = self.terms.identity }
  }

  private static func readIdentity(of body: RequestObject, into terms: inout DeliveryTerms) throws(APIError) {
    let certificate = try body.optionalString("client_certificate")
    let key = try body.optionalString("client_key")
    guard certificate != nil || key != nil else { return }
    guard let certificate else { throw .invalid(body.pointer.appending("client_certificate"), "is missing") }
    guard let key else { throw .invalid(body.pointer.appending("client_key"), "is missing") }
    do throws(RegistryError) {
      try terms.setIdentity(certificateChain: certificate, key: key)
    } catch {
      throw APIError(error)
    }
  }
}
