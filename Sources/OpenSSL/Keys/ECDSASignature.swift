import COpenSSL

/// A P-256 signature between its two spellings: OpenSSL's DER, SEQUENCE { r, s }, and the 64 bytes r ‖ s of
/// JWS (RFC 7518 §3.4).
struct ECDSASignature: ~Copyable {
  private static let scalarByteCount = 32
  /// A DER signature is at most two bytes of head and two INTEGERs of 35 bytes.
  private static let maximumDERByteCount = 72

  /// The order n of P-256's base point (SEC 2 §2.4.2), big-endian.
  private static let order: [UInt8] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
  ]

  private let pointer: OpaquePointer

  /// Takes over the caller's reference.
  private init(adopting pointer: OpaquePointer) {
    self.pointer = pointer
  }

  /// Reads what OpenSSL's signer wrote.
  init(der: [UInt8]) throws(OpenSSLError) {
    let parsed = der.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_ECDSA_SIG(nil, &cursor, bytes.count)
    }
    self.init(adopting: try require(parsed, "read an ECDSA signature"))
  }

  /// Reads r ‖ s; nil unless it is 64 bytes with r and s both in [1, n-1].
  static func parse(fixedWidth raw: [UInt8]) throws(OpenSSLError) -> ECDSASignature? {
    guard raw.count == 2 * scalarByteCount else { return nil }
    let (r, s) = (raw.prefix(scalarByteCount), raw.suffix(scalarByteCount))
    guard isInRange(r), isInRange(s) else { return nil }
    let signature = ECDSASignature(adopting: try require(ECDSA_SIG_new(), "allocate an ECDSA signature"))
    // The numbers are the signature's own from here on.
    try require(ECDSA_SIG_set0(signature.pointer, bigNumber(r), bigNumber(s)), "fill an ECDSA signature")
    return signature
  }

  deinit {
    ECDSA_SIG_free(pointer)
  }

  /// r ‖ s, each 32 bytes wide.
  func fixedWidth() throws(OpenSSLError) -> [UInt8] {
    var raw = [UInt8](repeating: 0, count: 2 * Self.scalarByteCount)
    let (r, s) = (ECDSA_SIG_get0_r(pointer), ECDSA_SIG_get0_s(pointer))
    let width = Int32(Self.scalarByteCount)
    let written = raw.withUnsafeMutableBufferPointer { bytes in
      BN_bn2binpad(r, bytes.baseAddress, width) + BN_bn2binpad(s, bytes.baseAddress! + Int(width), width)
    }
    guard written == 2 * width else { throw OpenSSLError.drain("write an ECDSA signature as r and s") }
    return raw
  }

  /// SEQUENCE { r, s }.
  func der() throws(OpenSSLError) -> [UInt8] {
    let der = [UInt8](unsafeUninitializedCapacity: Self.maximumDERByteCount) { buffer, count in
      var cursor = buffer.baseAddress
      count = max(0, Int(i2d_ECDSA_SIG(pointer, &cursor)))
    }
    guard !der.isEmpty else { throw OpenSSLError.drain("write an ECDSA signature as DER") }
    return der
  }

  private static func isInRange(_ scalar: ArraySlice<UInt8>) -> Bool {
    scalar.lexicographicallyPrecedes(order) && scalar.contains { $0 != 0 }
  }
}
