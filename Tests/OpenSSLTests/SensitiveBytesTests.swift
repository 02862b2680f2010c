import OpenSSL
import Testing

@Suite struct SensitiveBytesTests {
  @Test(
    "equality in constant time is equality",
    arguments: [
      ([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1, 2], [0, 2], false),
      ([1, 2], [1], false),
      ([], [0], false),
    ] as [([UInt8], [UInt8], Bool)])
  func equality(a: [UInt8], b: [UInt8], equal: Bool) {
    #expect(constantTimeEqual(a, b) == equal)
  }

  @Test("cleansing leaves zeros of the same count", arguments: [0, 1, 33])
  func cleansing(count: Int) {
    var secret = [UInt8](repeating: 0xaa, count: count)
    cleanse(&secret)
    #expect(secret == [UInt8](repeating: 0, count: count))
  }

  @Test("the version text names the library in use")
  func version() {
    #expect(opensslVersionText.hasPrefix("OpenSSL 3."))
  }
}
