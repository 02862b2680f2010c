extension Dialect {
  /// The versions that stand in front of the older paths of the same API.
  private static let sailPointVersions = ["v2025", "v2026", "latest"]

  /// What SailPoint's SDKs speak (`SharedSignalsFrameworkSSF`): SSF 1.0, but that every change names its stream,
  /// PATCH merges `delivery`, and answers to changes tell when.
  static let sailPoint = Dialect(
    bases: ["/ssf/v1", "/.well-known/v1"] + sailPointVersions.map { "/\($0)" },
    streamPaths: [sailPointPaths(below: "/ssf/v1/streams")]
      + sailPointVersions.map { sailPointPaths(below: "/\($0)/ssf/streams") },
    wellKnownPaths: ["/.well-known/v1/ssf-configuration"]
      + sailPointVersions.map { "/\($0)/.well-known/ssf-configuration" },
    keySetPaths: ["/ssf/v1/jwks"] + sailPointVersions.map { "/\($0)/ssf/jwks" },
    keySetMediaType: "application/json",
    requiredInCreation: ["delivery"],
    requiredInReplacement: ["delivery"],
    mostEventTypes: nil,
    assumesOnlyStream: false,
    readsNoBodyAsEmpty: false,
    deliveryUpdate: .byMember,
    allowsPolling: true,
    filtersByAudience: true,
    subjectFormat: nil,
    spellsOutEvents: false,
    listsAudience: true,
    showsStatus: false,
    showsUpdateTime: true,
    knowsPaused: true,
    requestIDField: nil,
    showsRateLimit: false,
    errors: .sailPoint)

  private static func sailPointPaths(below base: String) -> StreamPaths {
    StreamPaths(configuration: base, status: base + "/status", verification: base + "/verify")
  }
}
