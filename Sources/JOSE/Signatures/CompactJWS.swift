package import OpenSSL

/// A signed token in the compact serialization of RFC 7515 §7.1: header, payload and signature in base64url,
/// joined by full stops.
///
/// Parsing proves nothing about the signer; trust the payload only after ``verify(with:allowing:)``.
package struct CompactJWS: Sendable {
  package let header: JOSEHeader
  package let payload: [UInt8]
  private let signature: [UInt8]
  /// The first two segments as received, which is what was signed.
  private let signingInput: [UInt8]

  private static let separator = UInt8(ascii: ".")

  /// Reads a token: exactly three segments of strict base64url, and a header that ``JOSEHeader`` accepts.
  package init(parsing token: [UInt8]) throws(JOSEError) {
    let segments = token.split(separator: Self.separator, maxSplits: 3, omittingEmptySubsequences: false)
    guard segments.count == 3 else {
      throw JOSEError(.malformedToken, "it does not have exactly three segments")
    }
    header = try JOSEHeader(segment: Array(segments[0]))
    payload = try Self.decode(segments[1], "payload")
    signature = try Self.decode(segments[2], "signature")
    signingInput = Array(token[..<segments[1].endIndex])
  }

  private static func decode(_ segment: ArraySlice<UInt8>, _ name: String) throws(JOSEError) -> [UInt8] {
    do {
      return try Base64URL.decode(segment.span)
    } catch {
      throw JOSEError(.malformedToken, "\(name): \(error)")
    }
  }
}

extension CompactJWS {
  /// Signs a payload.
  ///
  /// - Parameter header: prepared once for this key; its algorithm must be the key's.
  /// - Returns: the token as ASCII.
  /// - Throws: `JOSEError` where header and key do not belong together, `OpenSSLError`.
  package static func sign(
    payload: [UInt8], header: JOSEHeader, with key: PrivateKey
  ) throws -> [UInt8] {
    try requireAlgorithm(header.algorithm, of: key.keyType)
    var token: [UInt8] = []
    token.reserveCapacity(tokenCount(header: header, payload: payload))
    token += header.segment
    token.append(separator)
    Base64URL.append(payload.span, to: &token)
    let signature = try key.signSHA256(token)
    token.append(separator)
    Base64URL.append(signature.span, to: &token)
    return token
  }

  /// Room enough for a token, whatever the key.
  private static func tokenCount(header: JOSEHeader, payload: [UInt8]) -> Int {
    let longestSignature = 4096 / 8
    return header.segment.count + Base64URL.encodedCount(payload.count)
      + Base64URL.encodedCount(longestSignature) + 2
  }

  private static func requireAlgorithm(
    _ algorithm: SignatureAlgorithm, of keyType: KeyType
  ) throws(JOSEError) {
    let implied = SignatureAlgorithm(for: keyType)
    guard algorithm == implied else {
      throw JOSEError(
        .algorithmMismatch, "the header says \(algorithm.rawValue), the key is for \(implied.rawValue)")
    }
  }
}

extension CompactJWS {
  /// Returns if the signature is the key's, and throws if not.
  ///
  /// The header's algorithm has to pass two gates before the signature is looked at: the caller allows it, and
  /// it is the one that the key's type implies (RFC 8725 §3.1).
  package func verify(with key: PublicKey, allowing algorithms: [SignatureAlgorithm]) throws(JOSEError) {
    guard algorithms.contains(header.algorithm) else {
      throw JOSEError(.algorithmMismatch, "\(header.algorithm.rawValue) is not allowed here")
    }
    try Self.requireAlgorithm(header.algorithm, of: key.keyType)
    guard try isSigned(by: key) else {
      throw JOSEError(.signatureMismatch, "it is not of this key or the token was changed")
    }
  }

  /// As with a public key.
  package func verify(with key: JWK, allowing algorithms: [SignatureAlgorithm]) throws(JOSEError) {
    try verify(with: key.publicKey, allowing: algorithms)
  }

  private func isSigned(by key: PublicKey) throws(JOSEError) -> Bool {
    do {
      return try key.verifySHA256(signingInput, signature: signature)
    } catch {
      throw JOSEError(.libraryFailure, error.description)
    }
  }
}
