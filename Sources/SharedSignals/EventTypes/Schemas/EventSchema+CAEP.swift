extension EventSchema {
  /// CAEP 1.0 §3.
  static let caep: KeyValuePairs<EventType, EventSchema> = [
    .sessionRevoked: caep([]),
    .tokenClaimsChange: caep([.required("claims", .claims)]),
    .credentialChange: caep([
      .required("credential_type", credentialType),
      .required("change_type", .closed(["create", "revoke", "update", "delete"])),
      .optional("friendly_name", .text),
      .optional("x509_issuer", .text),
      .optional("x509_serial", .text),
      .optional("fido2_aaguid", .text),
    ]),
    .assuranceLevelChange: caep([
      .required(
        "namespace", .open(["RFC8176", "RFC6711", "ISO-IEC-29115", "NIST-IAL", "NIST-AAL", "NIST-FAL"])),
      .required("current_level", .open([])),
      .optional("previous_level", .open([])),
      .optional("change_direction", .closed(["increase", "decrease"])),
    ]),
    .deviceComplianceChange: caep([
      .required("previous_status", compliance),
      .required("current_status", compliance),
    ]),
    .sessionEstablished: caep([
      .optional("fp_ua", .text),
      .optional("acr", .text),
      .optional("amr", .texts),
      .optional("ext_id", .text),
    ]),
    .sessionPresented: caep([
      .optional("fp_ua", .text),
      .optional("ext_id", .text),
    ]),
    .riskLevelChange: caep([
      .optional("risk_reason", .text),
      .required("principal", .open(["USER", "DEVICE", "SESSION", "TENANT", "ORG_UNIT", "GROUP"])),
      .required("current_level", riskLevel),
      .optional("previous_level", riskLevel),
    ]),
  ]

  /// The credentials CAEP §3.3.1 names; RISC §2.7 takes the list over.
  static let credentialType = MemberShape.open([
    "password", "pin", "x509", "fido2-platform", "fido2-roaming", "fido-u2f", "verifiable-credential",
    "phone-voice", "phone-sms", "app",
  ])

  private static let compliance = MemberShape.closed(["compliant", "not-compliant"])
  private static let riskLevel = MemberShape.closed(["LOW", "MEDIUM", "HIGH"])

  /// What every CAEP event may tell (§2).
  private static let commonMembers: [EventMember] = [
    .optional("event_timestamp", .timestamp),
    .optional("initiating_entity", .closed(["admin", "user", "policy", "system"])),
    .optional("reason_admin", .localizedText),
    .optional("reason_user", .localizedText),
  ]

  private static func caep(_ members: [EventMember]) -> EventSchema {
    EventSchema(members + commonMembers, allowsSubjectMember: true)
  }
}
