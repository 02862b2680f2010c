/// What an administrator sets for one stream, in place of what the configuration says for all.
package struct DeliveryTerms: Hashable, Sendable {
  /// How long after its acceptance an event is still delivered.
  package var horizon: Duration?
  /// The most SETs that are started in a second; nil for any number.
  package var rateLimit: Int?

  package init(horizon: Duration? = nil, rateLimit: Int? = nil) {
    self.horizon = horizon
    self.rateLimit = rateLimit
  }

  /// What a horizon may be, in the configuration too.
  package static let horizons = Duration.seconds(3600) ... .seconds(30 * 86_400)
  package static let rateLimits = 1...10_000
}
