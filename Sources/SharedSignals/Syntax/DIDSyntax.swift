/// The grammar of decentralized identifiers and their URLs, W3C DID Core §3.1 and §3.2.
enum DIDSyntax {
  /// A DID URL; a bare DID is one.
  static func isDIDURL(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.starts(with: "did:".utf8), URISyntax.isURI(text) else { return false }
    let (method, rest) = bytes.dropFirst(4).split(atFirst: ":")
    guard let rest else { return false }
    return methodCharacters.matches(method) && isMethodSpecificID(rest.prefix { !delimiters.contains($0) })
  }

  private static let methodCharacters = ASCIISet.lowercase + ASCIISet.digit
  private static let identifierCharacters = ASCIISet.alphanumeric + ASCIISet(".-_:")
  private static let delimiters = ASCIISet("/?#")

  private static func isMethodSpecificID(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.last != UInt8(ascii: ":")
      && URISyntax.isEncoded(bytes, with: identifierCharacters)
  }
}
