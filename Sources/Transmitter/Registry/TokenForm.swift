package import JOSE
package import SharedSignals

/// How a stream's SETs are made: their shape, and their signature.
package struct TokenForm: Hashable, Sendable {
  /// Fixed for each delivery when its event is accepted.
  package var profile: SETProfile
  /// Decided at each attempt. RS256 is what every receiver understands.
  package var algorithm: SignatureAlgorithm

  package init(profile: SETProfile = .ssf10, algorithm: SignatureAlgorithm = .rs256) {
    self.profile = profile
    self.algorithm = algorithm
  }
}
