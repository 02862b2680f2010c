/// By what ids the clients of an issuer are known here. Streams belong to client ids, so two issuers must never
/// share one by accident: an id is `issuer-name:client-id`, unless the configuration says that two are the same.
package struct ClientNames: Sendable {
  /// nil for our own clients, who are known by their ids.
  private let prefix: String?
  private let aliases: [String: String]

  /// Our own clients.
  package static let own = ClientNames(prefix: nil, aliases: [:])

  /// - Parameters:
  ///   - issuerName: letters, digits and `-`, `_`; unique among the issuers.
  ///   - aliases: local ids by the issuer's, for clients that are known by another id than the derived one.
  package init(issuerName: String, aliases: [String: String] = [:]) {
    self.init(prefix: issuerName + ":", aliases: aliases)
  }

  private init(prefix: String?, aliases: [String: String]) {
    self.prefix = prefix
    self.aliases = aliases
  }

  /// The local id of a client.
  ///
  /// - Throws: `AuthenticationFailure` for an id that is too long to be known here.
  func localID(of clientID: String) throws(AuthenticationFailure) -> String {
    guard let prefix else { return clientID }
    let id = aliases[clientID] ?? prefix + Self.escaped(clientID)
    guard Client.isID(id) else { throw .invalid("the client id \(clientID.forLog) is too long") }
    return id
  }

  /// No two ids become one: whatever is no letter, digit or one of `. _ -` becomes `~` and two hexadecimal digits for
  /// each of its bytes.
  private static func escaped(_ id: String) -> String {
    id.utf8.reduce(into: "") { text, byte in
      if Client.isIDCharacter(byte), byte != UInt8(ascii: "~"), byte != UInt8(ascii: ":") {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        text += "~" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
