extension Dialect {
  /// What Okta's SDKs speak (`SSFTransmitterApi`): the drafts of SSF, with push only, and with a status that is
  /// `enabled` or `disabled`. Its clients drop empty members before sending, so that an empty
  /// `events_requested` would ask for everything if it did not have to be there.
  static let okta = Dialect(
    bases: ["/api/v1", "/oauth2/v1"],
    streamPaths: [
      StreamPaths(
        configuration: "/api/v1/ssf/stream", status: "/api/v1/ssf/stream/status",
        verification: "/api/v1/ssf/stream/verification")
    ],
    // The SDKs read the standard family's metadata and then use the paths that they know.
    wellKnownPaths: [],
    keySetPaths: ["/oauth2/v1/keys"],
    keySetMediaType: "application/json",
    requiredInCreation: ["delivery", "events_requested"],
    requiredInReplacement: ["delivery", "events_requested"],
    mostEventTypes: 50,
    assumesOnlyStream: true,
    readsNoBodyAsEmpty: true,
    deliveryUpdate: .wholeButHeader,
    allowsPolling: false,
    filtersByAudience: false,
    subjectFormat: "iss_sub",
    // The SDKs cannot read a stream without events_requested.
    spellsOutEvents: true,
    // The Python SDK cannot read a list whose items have aud.
    listsAudience: false,
    showsStatus: false,
    showsUpdateTime: false,
    knowsPaused: false,
    requestIDField: "X-Okta-Request-Id",
    showsRateLimit: true,
    errors: .okta)
}
