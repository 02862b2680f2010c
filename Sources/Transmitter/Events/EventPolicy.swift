package import SharedSignals

/// What this transmitter asks of events beyond the definitions of their types.
package struct EventPolicy: Sendable {
  /// Whether events of the CAEP Interoperability Profile must tell administrators their reason. CAEP leaves it open,
  /// the profile demands it (§3).
  package var requiresReason: Bool

  package init(requiresReason: Bool = false) {
    self.requiresReason = requiresReason
  }

  /// The profile's use cases.
  private static let profiled: Set<EventType> = [
    .sessionRevoked, .credentialChange, .deviceComplianceChange, .riskLevelChange,
  ]

  package func requiresReason(of type: EventType) -> Bool {
    requiresReason && Self.profiled.contains(type)
  }
}
