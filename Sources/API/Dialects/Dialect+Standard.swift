import SharedSignals

extension Dialect {
  /// SSF 1.0 as it is written.
  static let standard = Dialect(
    bases: [],
    streamPaths: [
      StreamPaths(configuration: "/ssf/stream", status: "/ssf/status", verification: "/ssf/verify")
    ],
    subjectPaths: SubjectPaths(addition: "/ssf/subjects/add", removal: "/ssf/subjects/remove"),
    wellKnownPaths: [TransmitterMetadata.wellKnownPath],
    keySetPaths: ["/ssf/jwks"],
    keySetMediaType: "application/jwk-set+json",
    requiredInCreation: [],
    requiredInReplacement: ["delivery"],
    mostEventTypes: nil,
    assumesOnlyStream: false,
    readsNoBodyAsEmpty: false,
    deliveryUpdate: .whole,
    allowsPolling: true,
    filtersByAudience: false,
    subjectFormat: nil,
    spellsOutEvents: false,
    listsAudience: true,
    showsStatus: true,
    showsUpdateTime: false,
    knowsPaused: true,
    requestIDField: nil,
    showsRateLimit: false,
    errors: .problem)
}
