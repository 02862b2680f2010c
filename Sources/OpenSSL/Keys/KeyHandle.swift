import COpenSSL

/// Owns one reference to an EVP_PKEY and reads its properties.
///
/// OpenSSL's keys are safe to use from several threads as long as none changes them, and none here does.
final class KeyHandle: Sendable {
  nonisolated(unsafe) let pointer: OpaquePointer

  /// Takes over the caller's reference.
  init(adopting pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    EVP_PKEY_free(pointer)
  }

  /// The key's kind; refuses every kind that ``KeyType`` does not name.
  func keyType() throws(KeyError) -> KeyType {
    if EVP_PKEY_is_a(pointer, "RSA") == 1 { return .rsa(bits: Int(EVP_PKEY_get_bits(pointer))) }
    guard EVP_PKEY_is_a(pointer, "EC") == 1 else { throw .unsupportedType(typeName) }
    let curve = curveName
    guard curve == SN_X9_62_prime256v1 else { throw .unsupportedCurve(curve) }
    return .p256
  }

  /// The public half's numbers.
  func components() throws -> PublicKey.Components {
    switch try keyType() {
    case .rsa:
      .rsa(modulus: try integer(OSSL_PKEY_PARAM_RSA_N), exponent: try integer(OSSL_PKEY_PARAM_RSA_E))
    case .p256:
      .p256(
        x: try integer(OSSL_PKEY_PARAM_EC_PUB_X, byteCount: PublicKey.coordinateByteCount),
        y: try integer(OSSL_PKEY_PARAM_EC_PUB_Y, byteCount: PublicKey.coordinateByteCount))
    }
  }

  /// The private key as PKCS#8 PEM, not encrypted.
  func pem() throws(OpenSSLError) -> [UInt8] {
    let buffer = try MemoryBuffer()
    let written = PEM_write_bio_PKCS8PrivateKey(buffer.pointer, pointer, nil, nil, 0, nil, nil)
    try require(written, "write a private key as PEM")
    return buffer.bytes
  }

  private var typeName: String {
    EVP_PKEY_get0_type_name(pointer).map(String.init(cString:)) ?? "unknown"
  }

  private var curveName: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard EVP_PKEY_get_group_name(pointer, buffer.baseAddress, buffer.count, nil) == 1 else {
        OpenSSLError.discardQueue()
        return "unnamed"
      }
      return String(cString: buffer.baseAddress!)
    }
  }

  /// A number among the key's parameters, big-endian, without leading zeros unless a width is asked for.
  private func integer(_ name: String, byteCount: Int? = nil) throws(OpenSSLError) -> [UInt8] {
    var number: OpaquePointer?
    try require(EVP_PKEY_get_bn_param(pointer, name, &number), "read a parameter of a key")
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: byteCount ?? Int(BN_num_bits(number) + 7) / 8)
    let written = BN_bn2binpad(number, &bytes, Int32(bytes.count))
    guard written == bytes.count else { throw OpenSSLError.drain("write a parameter of a key as bytes") }
    return bytes
  }
}
