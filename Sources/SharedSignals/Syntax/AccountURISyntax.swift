/// The grammar of `acct:` URIs, RFC 7565 §7.
enum AccountURISyntax {
  static func isAccountURI(_ text: String) -> Bool {
    let (scheme, rest) = Array(text.utf8)[...].split(atFirst: ":")
    guard let rest, let at = rest.lastIndex(of: UInt8(ascii: "@")) else { return false }
    return String(decoding: scheme, as: UTF8.self).lowercased() == "acct"
      && isUserPart(rest[..<at]) && URISyntax.isHost(rest[(at + 1)...])
  }

  private static let userCharacters = URISyntax.unreserved + URISyntax.subDelimiters

  private static func isUserPart(_ bytes: ArraySlice<UInt8>) -> Bool {
    userCharacters.matches(bytes.prefix(1)) && URISyntax.isEncoded(bytes, with: userCharacters)
  }
}
