import OpenSSL
import Testing

@Suite struct PublicKeyTests {
  private static func rsaModulus() throws -> [UInt8] {
    guard
      case .rsa(let modulus, _) = try PrivateKey(pem: PEMFixture.rfc7515RSA.bytes).publicKey.components
    else { preconditionFailure("the fixture is an RSA key") }
    return modulus
  }

  @Test("a key is rebuilt from its components", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func rebuilds(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let copy = try PublicKey(key.publicKey.components)
    #expect(copy.components == key.publicKey.components)
    #expect(copy.keyType == type)
    #expect(try copy.pem() == key.publicKey.pem())
    #expect(try copy.verifySHA256([7], signature: key.signSHA256([7])))
  }

  @Test("coordinates keep their leading zeros")
  func keepsWidth() throws {
    for _ in 0..<600 {
      guard case .p256(let x, let y) = try PrivateKey.generate(.p256).publicKey.components else { return }
      try #require(x.count == 32 && y.count == 32)
    }
  }

  @Test("leading zeros of RSA numbers are dropped")
  func dropsZeros() throws {
    let modulus = try Self.rsaModulus()
    let key = try PublicKey(.rsa(modulus: [0, 0] + modulus, exponent: [0, 1, 0, 1]))
    #expect(key.components == .rsa(modulus: modulus, exponent: [1, 0, 1]))
  }

  @Test(
    "RSA exponents that are even, below 65537 or longer than 64 bits are refused",
    arguments: [[], [0], [1], [3], [0xff, 0xff], [1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 1]] as [[UInt8]])
  func refusesExponents(exponent: [UInt8]) throws {
    let modulus = try Self.rsaModulus()
    #expect(throws: KeyError.rsaExponent) { try PublicKey(.rsa(modulus: modulus, exponent: exponent)) }
  }

  @Test(
    "RSA moduli below 2048 and above 8192 bits are refused",
    arguments: [
      ([], 0), ([0x7f] + Array(repeating: 0xff, count: 255), 2047),
      (Array(repeating: 0xff, count: 1025), 8200),
    ]
      as [([UInt8], Int)])
  func refusesModuli(modulus: [UInt8], bits: Int) {
    #expect(throws: KeyError.rsaSize(bits: bits, accepted: 2048...8192)) {
      try PublicKey(.rsa(modulus: modulus, exponent: [1, 0, 1]))
    }
  }

  @Test("an even RSA modulus is refused")
  func refusesEvenModulus() throws {
    var modulus = try Self.rsaModulus()
    modulus[modulus.count - 1] ^= 1
    #expect(throws: KeyError.rsaModulus) { try PublicKey(.rsa(modulus: modulus, exponent: [1, 0, 1])) }
  }

  @Test("a point off the curve is refused")
  func refusesPointOffCurve() throws {
    guard case .p256(let x, var y) = try PrivateKey.generate(.p256).publicKey.components else { return }
    y[31] ^= 1
    #expect(throws: KeyError.pointNotOnCurve) { try PublicKey(.p256(x: x, y: y)) }
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect(throws: KeyError.pointNotOnCurve) { try PublicKey(.p256(x: zeros, y: zeros)) }
    let ones = [UInt8](repeating: 0xff, count: 32)
    #expect(throws: KeyError.pointNotOnCurve) { try PublicKey(.p256(x: ones, y: ones)) }
  }

  @Test("RFC 7518 6.2.1.2 coordinates of other widths are refused", arguments: [0, 31, 33])
  func refusesWidths(count: Int) {
    let short = [UInt8](repeating: 1, count: count)
    let full = [UInt8](repeating: 1, count: 32)
    #expect(throws: KeyError.coordinateLength(count)) { try PublicKey(.p256(x: short, y: full)) }
    #expect(throws: KeyError.coordinateLength(count)) { try PublicKey(.p256(x: full, y: short)) }
  }
}
