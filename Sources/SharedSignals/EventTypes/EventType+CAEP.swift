/// The Continuous Access Evaluation Profile 1.0, §3: what changed about a session, its holder or a device.
extension EventType {
  package static let sessionRevoked = caep("session-revoked")
  package static let tokenClaimsChange = caep("token-claims-change")
  package static let credentialChange = caep("credential-change")
  package static let assuranceLevelChange = caep("assurance-level-change")
  package static let deviceComplianceChange = caep("device-compliance-change")
  package static let sessionEstablished = caep("session-established")
  package static let sessionPresented = caep("session-presented")
  package static let riskLevelChange = caep("risk-level-change")

  private static func caep(_ name: String) -> EventType {
    EventType(rawValue: "https://schemas.openid.net/secevent/caep/event-type/\(name)")
  }
}
