/// The RISC Profile 1.0, §2: what happened to an account, its credentials or its identifiers.
extension EventType {
  package static let accountCredentialChangeRequired = risc("account-credential-change-required")
  package static let accountPurged = risc("account-purged")
  package static let accountDisabled = risc("account-disabled")
  package static let accountEnabled = risc("account-enabled")
  package static let identifierChanged = risc("identifier-changed")
  package static let identifierRecycled = risc("identifier-recycled")
  package static let credentialCompromise = risc("credential-compromise")
  package static let optIn = risc("opt-in")
  package static let optOutInitiated = risc("opt-out-initiated")
  package static let optOutCancelled = risc("opt-out-cancelled")
  package static let optOutEffective = risc("opt-out-effective")
  package static let recoveryActivated = risc("recovery-activated")
  package static let recoveryInformationChanged = risc("recovery-information-changed")

  /// Deprecated by RISC §2.11 in favour of CAEP's ``sessionRevoked``; kept for receivers that know only this one.
  package static let sessionsRevoked = risc("sessions-revoked")

  private static func risc(_ name: String) -> EventType {
    EventType(rawValue: "https://schemas.openid.net/secevent/risc/event-type/\(name)")
  }
}
