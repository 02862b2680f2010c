/// Says whom an access token stands for, whoever issued it: the one place where tokens are judged.
package struct TokenAuthority: Sendable {
  private let directory: AccessDirectory

  package init(directory: AccessDirectory) {
    self.directory = directory
  }

  /// Whom a token stands for.
  ///
  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone.
  package func principal(presenting token: String) async throws(AuthenticationFailure) -> Principal {
    guard let principal = directory.principal(presenting: token) else {
      throw .invalid("no static token of this form is live")
    }
    return principal
  }
}
