/// Why a key was refused.
package enum KeyError: Error, Equatable, CustomStringConvertible {
  /// The text holds no private key that could be read without a passphrase.
  case unreadable(OpenSSLError)
  /// A key of an algorithm (as OpenSSL names it) that is neither RSA nor EC.
  case unsupportedType(String)
  /// An EC key on a curve (as OpenSSL names it) other than P-256.
  case unsupportedCurve(String)
  /// An RSA modulus outside the accepted sizes.
  case rsaSize(bits: Int, accepted: ClosedRange<Int>)
  /// An even RSA modulus: not a product of two odd primes.
  case rsaModulus
  /// An RSA exponent that is even, below 65537 or longer than 64 bits.
  case rsaExponent
  /// A P-256 coordinate that is not 32 bytes long.
  case coordinateLength(Int)
  /// Coordinates of no point on P-256.
  case pointNotOnCurve
  /// A private key whose signatures its own public half does not verify.
  case halvesDisagree
  /// A text too long for a key.
  case longText(Int, most: Int)
  /// A text with more than one private key.
  case severalKeys
  /// Numbers that make no proper key, such as a factor that is no prime.
  case unsound

  package var description: String {
    switch self {
    case .unreadable(let error):
      "the key is not an unencrypted PEM private key (PKCS#8 or traditional): \(error)"
    case .unsupportedType(let name):
      "the key is of type \(name); only RSA and EC P-256 keys are accepted"
    case .unsupportedCurve(let name):
      "the EC key is on the curve \(name); only P-256 is accepted"
    case .rsaSize(let bits, let accepted):
      "the RSA key has \(bits) bits; \(accepted.lowerBound) to \(accepted.upperBound) are accepted"
    case .rsaModulus:
      "the RSA modulus is even"
    case .rsaExponent:
      "the RSA public exponent must be odd, at least 65537 and at most 64 bits long"
    case .coordinateLength(let count):
      "a P-256 coordinate has \(count) bytes in place of 32"
    case .pointNotOnCurve:
      "the coordinates are not a point on P-256"
    case .halvesDisagree:
      "the private half of the key does not belong to its public half"
    case .longText(let count, let most):
      "the text has \(count) bytes; a PEM private key has at most \(most)"
    case .severalKeys:
      "the text holds more than one private key; give them one by one"
    case .unsound:
      "the numbers of the key do not make a proper key of its kind"
    }
  }
}
