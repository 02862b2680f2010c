import Foundation
import OpenSSL
import Testing

@Suite struct TLSClientContextTests {
  @Test("a file of authorities that does not exist is an error that names it")
  func missingFile() {
    #expect {
      try TLSClientContext(additionalAuthorities: "/nonexistent/authorities.pem")
    } throws: { error in
      "\(error)".contains("/nonexistent/authorities.pem")
    }
  }

  @Test("a file without a certificate is an error", arguments: ["", "not a certificate\n"])
  func emptyFile(content: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
    try Data(content.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: TLSContextError.self) { try TLSClientContext(additionalAuthorities: file.path) }
  }
}
