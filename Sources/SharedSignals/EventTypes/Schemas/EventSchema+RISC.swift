extension EventSchema {
  /// RISC 1.0 §2.
  static let risc: KeyValuePairs<EventType, EventSchema> = [
    .accountCredentialChangeRequired: risc([]),
    .accountPurged: risc([]),
    .accountDisabled: risc([.optional("reason", .closed(["hijacking", "bulk-account"]))]),
    .accountEnabled: risc([]),
    // The subject carries the identifier's old value.
    .identifierChanged: risc([.optional("new-value", .text)], about: [.email, .phoneNumber]),
    .identifierRecycled: risc([], about: [.email, .phoneNumber]),
    .credentialCompromise: risc([
      .required("credential_type", credentialType),
      .optional("event_timestamp", .timestamp),
      .optional("reason_admin", .localizedText),
      .optional("reason_user", .localizedText),
    ]),
    .optIn: risc([]),
    .optOutInitiated: risc([]),
    .optOutCancelled: risc([]),
    .optOutEffective: risc([]),
    .recoveryActivated: risc([]),
    .recoveryInformationChanged: risc([]),
    .sessionsRevoked: risc([]),
  ]

  private static func risc(_ members: [EventMember], about subjectFormats: [SubjectFormat] = [])
    -> EventSchema
  {
    EventSchema(members, about: subjectFormats, allowsSubjectMember: true)
  }
}
