import IdentitySources

extension MetricFamily {
  /// What imports and lifecycle rules do. Rules are labels, as their names are the administrator's own; identities
  /// never are.
  static func imports(_ figures: ImportFigures) -> [MetricFamily] {
    [
      MetricFamily(
        "ssf_import_sessions", .gauge, "Import sessions that have not ended, by how far they are.",
        SessionStage.allCases.map { sample("stage", $0.rawValue, figures.sessions[$0] ?? 0) }),
      MetricFamily(
        "ssf_imports_total", .counter, "Imports that have ended, since the start of the process.",
        ImportFigures.End.allCases.map { sample("outcome", $0.rawValue, figures.ends[$0] ?? 0) }),
      MetricFamily(
        "ssf_import_records_total", .counter, "Records compared with a snapshot, those of dry runs too.",
        Double(figures.compared)),
      MetricFamily(
        "ssf_identity_changes_total", .counter, "Identities changed, by imports and one at a time.",
        IdentityChange.Kind.allCases.map { sample("kind", $0.rawValue, figures.tally.changes[$0] ?? 0) }),
      MetricFamily(
        "ssf_rule_events_total", .counter, "Events made by lifecycle rules.", byRule(figures.tally.events)),
      MetricFamily(
        "ssf_rule_faults_total", .counter,
        "Changes that a rule applied to and could not tell of: an attribute was missing, or made no valid event.",
        byRule(figures.tally.faults)),
    ]
  }

  private static func byRule(_ counts: [String: Int]) -> [Sample] {
    counts.sorted { $0.key < $1.key }.map { sample("rule", $0.key, $0.value) }
  }

  private static func sample(_ label: String, _ value: String, _ count: Int) -> Sample {
    Sample(labels: [(label, value)], value: Double(count))
  }
}
