import OpenSSL
import Testing

@Suite struct SecureRandomTests {
  @Test("as many bytes come as are asked for", arguments: [0, 1, 16, 4096])
  func count(count: Int) throws {
    #expect(try SecureRandom.bytes(count).count == count)
  }

  @Test("no two answers are alike")
  func unique() throws {
    let answers = try (0..<100).map { _ in try SecureRandom.bytes(16) }
    #expect(Set(answers).count == 100)
  }
}
