import JOSE
import OpenSSL

/// The nonces that proofs must hold (RFC 9449 §8): the same for all in a period, derived from it and a secret of this
/// start. They show that a proof is fresh by our clock and was not made before the transmitter started.
struct ProofNonces: Sendable {
  /// A nonce is given out for one period, and taken in the next one, too.
  static let period = Duration.seconds(180)

  private let secret: [UInt8]

  init(environment: Environment) {
    secret = environment.randomBytes(32)
  }

  /// The nonce to give out.
  func current(at now: Timestamp) -> String { nonce(of: Self.number(of: now)) }

  func accepts(_ nonce: String, at now: Timestamp) -> Bool {
    let shown = Array(nonce.utf8)
    let number = Self.number(of: now)
    return [number, number - 1].contains { constantTimeEqual(shown, Array(self.nonce(of: $0).utf8)) }
  }

  private static func number(of time: Timestamp) -> Int64 {
    time.seconds / period.components.seconds
  }

  private func nonce(of number: Int64) -> String {
    let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
    return Base64URL.encode(Array(SHA256.digest(secret + bytes).prefix(16)))
  }
}
