import OpenSSL
import TestSupport
import Testing

@testable import Transmitter

@Suite struct TokenTextTests {
  private let environment = Environment.testing(clock: TestClock())

  @Test("a token is its prefix, 16 characters that name it, 52 of secret and 7 of checksum")
  func format() throws {
    let token = TokenText(.accessToken, environment: environment)
    #expect(token.text.hasPrefix("ssft_" + token.id))
    #expect(token.text.utf8.count == 5 + 16 + 52 + 7)
    #expect(token.id.utf8.count == 16)
    let alphabet = Set("abcdefghijklmnopqrstuvwxyz234567".utf8)
    #expect(token.text.utf8.dropFirst(5).allSatisfy(alphabet.contains))
  }

  @Test("the checksum is the SHA-256 of the characters before it, so that anyone can compute it")
  func checksum() {
    let token = TokenText(.accessToken, environment: environment)
    let body = token.text.utf8.dropFirst(5).dropLast(7)
    let digest = Base32.encode(Array(SHA256.digest(Array(body)).prefix(4)))
    #expect(token.text.hasSuffix(String(digest.prefix(7))))
  }

  @Test("a token is read back as the same")
  func reading() throws {
    let token = TokenText(.accessToken, environment: environment)
    let read = try #require(TokenText(token.text))
    #expect(read.id == token.id)
    #expect(read.digest == token.digest)
    #expect(read.digest == SHA256.digest(Array(token.text.utf8)))
  }

  @Test("a token with any character changed, missing or doubled is none")
  func changed() {
    let text = Array(TokenText(.accessToken, environment: environment).text)
    for index in text.indices {
      var changed = text
      changed[index] = changed[index] == "a" ? "b" : "a"
      #expect(TokenText(String(changed)) == nil, "at \(index)")
      var shorter = text
      shorter.remove(at: index)
      #expect(TokenText(String(shorter)) == nil, "without \(index)")
      #expect(TokenText(String(text + [text[index]])) == nil)
    }
  }

  @Test("texts that are no tokens are none", arguments: ["", "ssft_", "ssft_é", " ", "Bearer", "ssft_\u{0}"])
  func foreign(text: String) {
    #expect(TokenText(text) == nil)
  }
}
