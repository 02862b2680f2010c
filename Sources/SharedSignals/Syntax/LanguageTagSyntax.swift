/// The shape of BCP 47 language tags (RFC 5646 §2.1): subtags of up to eight letters or digits, the first of
/// letters only. Whether a subtag is registered is not asked.
enum LanguageTagSyntax {
  static func isLanguageTag(_ text: String) -> Bool {
    let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return subtags.first.map(ASCIISet.alpha.matches) == true
      && subtags.allSatisfy { $0.count <= 8 && ASCIISet.alphanumeric.matches($0) }
  }
}
