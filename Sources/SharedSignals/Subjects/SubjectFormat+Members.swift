extension SubjectFormat {
  /// A member of a format that is made of strings only. Every one is required, and none may be empty.
  struct StringMember: Sendable {
    let name: String
    /// What the value has to be, to stand behind "must be".
    let expectation: String
    let isValid: @Sendable (String) -> Bool

    init(
      _ name: String, _ expectation: String = "a string that is not empty",
      where isValid: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) {
      self.name = name
      self.expectation = expectation
      self.isValid = isValid
    }
  }

  /// All members beside `format`; nil if they are not strings, or not known.
  var stringMembers: [StringMember]? { Self.stringMembers[self] }

  /// `iss` and `sub` are not held to RFC 7519's StringOrURI: a subject must be sent as its issuer wrote it.
  private static let stringMembers: [SubjectFormat: [StringMember]] = [
    .account: [
      .init("uri", "an acct: URI, such as acct:user@example.com", where: AccountURISyntax.isAccountURI)
    ],
    .email: [.init("email", "a mail address, such as user@example.com", where: EmailAddressSyntax.isAddress)],
    .issSub: [.init("iss"), .init("sub")],
    .opaque: [.init("id")],
    .phoneNumber: [
      .init(
        "phone_number", "an E.164 number with + and without spaces, such as +12065550100",
        where: PhoneNumberSyntax.isPhoneNumber)
    ],
    .did: [.init("url", "a DID or DID URL, such as did:example:123456", where: DIDSyntax.isDIDURL)],
    .uri: [.init("uri", "a URI with a scheme (RFC 3986)", where: URISyntax.isURI)],
    .jwtID: [.init("iss"), .init("jti")],
    .samlAssertionID: [.init("issuer"), .init("assertion_id")],
  ]
}
