import OpenSSL
import Testing

@Suite struct PrivateKeyImportTests {
  private let ecParameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

  @Test("keys in either form are taken in, also with what OpenSSL writes before an EC key")
  func accepted() throws {
    for fixture in [PEMFixture.ec, .ecAsPKCS8, .rfc7515RSA, .rfc7515RSAAsPKCS8] {
      let key = try PrivateKey(importing: fixture.bytes)
      #expect(try key.publicKey.components == PrivateKey(pem: fixture.bytes).publicKey.components)
    }
    #expect(try PrivateKey(importing: Array(ecParameters.utf8) + PEMFixture.ec.bytes).keyType == .p256)
  }

  @Test("a text with two private keys is refused: which one would be meant?")
  func several() {
    let text = PEMFixture.ec.bytes + [UInt8(ascii: "\n")] + PEMFixture.rfc7515RSA.bytes
    #expect(throws: KeyError.severalKeys) { try PrivateKey(importing: text) }
  }

  @Test("a text that is too long for a key is not looked at")
  func long() {
    let text = PEMFixture.ec.bytes + [UInt8](repeating: UInt8(ascii: "\n"), count: 16 * 1024)
    #expect(throws: KeyError.longText(text.count, most: 16 * 1024)) { try PrivateKey(importing: text) }
  }

  @Test("an RSA key with a factor that is no prime is refused, although its signatures verify")
  func unsound() throws {
    #expect(throws: Never.self) { try PrivateKey(pem: PEMFixture.compositeFactor.bytes) }
    #expect(throws: KeyError.unsound) { try PrivateKey(importing: PEMFixture.compositeFactor.bytes) }
  }

  @Test(
    "what cannot be read at all cannot be imported",
    arguments: [PEMFixture.encrypted, .rsa1024, .p384, .ed25519, .mismatched])
  func refused(fixture: PEMFixture) {
    #expect(throws: KeyError.self) { try PrivateKey(importing: fixture.bytes) }
  }
}

extension PEMFixture {
  /// 2048 bits, of three primes, two of them in one factor.
  fileprivate static let compositeFactor = PEMFixture(
    name: "compositeFactor",
    text: """
      -----BEGIN RSA PRIVATE KEY-----
      MIIEowIBAAKCAQEAuNzrFCu3p9jWEcGgQ931JqH/CZIakhXl0ZpzlJNP5XXP+68a
      rQI2aPLxLgIYmp4KjDlsIlk2NsY+EvZ0R0rlCkwUqLdMtRS18beum5i4Eso9Rr2p
      gum6bM8fAOoG0uV60B4y0SJ5xDLGqkcBxwMms+kpIQCYrWw+QU5PXAtWLNc51TVZ
      gmJLcphWAgZvbxXt7GBVqV2f/BRuncdFsnj2V++UdQVGUsZ0/SLzmS826ZGHr//i
      sPWq3H3QzIAtlNi+IpLxhf/C7CSOU/PlXlqWW6kqAf0uu0zTar0zeEG3i7bnvksS
      tFZnCY4Lcul8+mQ8mEXkVG09VTTf4zuFDEu3vwIDAQABAoIBABFmEHV66luAqeAs
      szjj+2JeEY786mWIrFNCiEGJ7lV8Nb2cRMRW/pg40kh4X8iwmnFJZ8MhVpwH4zh9
      a+L4Wm9J7KzXUFkgfzxYgue3DkNKj+4vo/kzYCDrKgj0BHAQ3zXi/XphsTiqo9Ou
      CZ+CTKTixSHZrb7Z/tjFeneijbhvmy2XFLQ23jibeMXnyKXm0w/ADpOQJRxuYKTF
      Ovlex+iBjCTjRXB+Qs+X0ddASbOfT7ruFKKUe3i4TCjmYOCeW58jShtNcEka6xH3
      X59Y63o1cKQmFugmXPgP+BCLh1qFcfnbyVOjLhyolee7bf8xwrNVfDukHeM1UVEG
      zhmxNvUCgYEAv4zfecSpXkurjSCHbE7CKwhvctH+A7RLbjBbCAnDjT37M/BewwNy
      HziAMrm7t5og75VMZDJ5PuFsVuysqjllLUb6GWwu9c+BWacx7ufqkGN1X4DBe/Hx
      pGvBVz/wzcy87PFbx8JXRpY8RzIRrebrCGPloaiHjf3PHGwxzEKUENMCgYEA9xAI
      5PR0D9cNXuYc5t24YHWElBWePuJgZ3u7Qjo2nDThi9+JUOyn7YIOcDnze/DjO1II
      Go30HuMOyD+tFf1JnrSDPHJeU63Uv+eehq+eHk5pVxLyD4V9jAQtGnyOaKcg6jRU
      gY7QO7pMTmXPrNG1p5lZ/JC3KWVswPY630LxyeUCgYAK09M0Bl5Ogrd9QDf3ctI9
      7XmjQ2R44CGdZmVW5Hplyvmem3k3y8ORKTfx5hbKz48KC+XoCgRZfhOKLFGsQ5dI
      6UlxB+oP9Yd5jCNlg6SGhEEZTOp4xUIe7Li3/eE4fP6Z5WX4qnNcXVHHgOMOqbKt
      nTiuN2II+tfOoROsgSS9VQKBgQCFJ14zz1ASDWxGXizrfEnXqt6WVQRhje45N6VX
      7znpfFKm6QX/2Fw1FGglsgX5IX3GRdLaRPFyCBu6bx8g/87CuzUTyevum3xTJUj5
      /AJzAP2jETHmjaJ5aPLKGKFD4/dIYoW9AbRWzHQ9uH9x++A0gODPz0r4A5LWeJ6I
      H3NixQKBgB+irOPn5WjZ6FT1hgtBSv321jMGVj8MNjXsVHguNcu16DAY4trxtujF
      tN0pYy52ZnyAc8R4xOqsH1tgnMCehHKpfjs2Iya6WkDhLOaalKvInJ/0UA/m32zB
      6XJWX+mYiGgyQmpX7LIOfVNqNavBs0OgPlSAHoClr09+uRsUNzka
      -----END RSA PRIVATE KEY-----
      """)
}
