import COpenSSL

extension PublicKey {
  static func build(_ components: Components) throws -> KeyHandle {
    switch components {
    case .rsa(let modulus, let exponent):
      try buildRSA(modulus: modulus.drop { $0 == 0 }, exponent: exponent.drop { $0 == 0 })
    case .p256(let x, let y):
      try buildP256(x: x, y: y)
    }
  }

  private static func buildRSA(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) throws -> KeyHandle {
    try checkModulus(modulus)
    let exponent = try checkedExponent(exponent)
    let number = try bigNumber(modulus)
    defer { BN_free(number) }
    let key = try require(copenssl_rsa_public_key(number, exponent), "build an RSA public key")
    return KeyHandle(adopting: key)
  }

  private static func checkModulus(_ modulus: ArraySlice<UInt8>) throws(KeyError) {
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard acceptedRSABits.contains(bits) else {
      throw .rsaSize(bits: bits, accepted: acceptedRSABits)
    }
    guard modulus.last?.isMultiple(of: 2) == false else { throw .rsaModulus }
  }

  private static func checkedExponent(_ bytes: ArraySlice<UInt8>) throws(KeyError) -> UInt64 {
    guard bytes.count <= MemoryLayout<UInt64>.size else { throw .rsaExponent }
    let exponent = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard exponent >= 65537, !exponent.isMultiple(of: 2) else { throw .rsaExponent }
    return exponent
  }

  private static func buildP256(x: [UInt8], y: [UInt8]) throws -> KeyHandle {
    for coordinate in [x, y] where coordinate.count != coordinateByteCount {
      throw KeyError.coordinateLength(coordinate.count)
    }
    var point = [0x04] + x + y
    guard let key = copenssl_p256_public_key(&point, point.count) else {
      OpenSSLError.discardQueue()
      throw KeyError.pointNotOnCurve
    }
    return KeyHandle(adopting: key)
  }
}
