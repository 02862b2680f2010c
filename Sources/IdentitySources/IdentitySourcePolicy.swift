/// What an administrator allows identity sources and their imports.
package struct IdentitySourcePolicy: Sendable {
  /// Profiles, groups or groups with their members in one upload.
  package var recordsPerUpload = 200
  /// The body of one upload.
  package var bytesPerUpload = 200 << 10
  package var uploadsPerSession = 50
  /// Sessions of one source that take uploads at the same time.
  package var openSessionsPerSource = 1
  /// Imports of one source that were started and have not ended, before more may be uploaded: behind one that is held they
  /// would fill the disk.
  package var waitingImportsPerSource = 200
  /// A session that takes uploads expires after this long without one.
  package var sessionIdleTime: Duration = .seconds(24 * 3600)
  /// How long after an import was started the source may make its next session.
  package var importInterval: Duration = .zero
  package var brake = Brake()
  /// Whether the creation of a session and the start of an import are answered with a list of one, as the SDKs of
  /// before 2025 want it.
  package var answersLists = false
  /// Whether the creation of a session is answered with 201, as Okta does, and not with the 200 that its SDKs read.
  package var answersCreated = false

  package init() {}
}

/// Holds an import that would tell of more people than a working export ever does, until an administrator has seen it.
package struct Brake: Sendable {
  /// As many people pass in any case.
  package var people = 50
  /// As many hundredths of the source's identities pass, if those are more.
  package var percent = 5

  package init() {}

  /// The most people that an import may send events about without being held.
  ///
  /// - Parameter identities: how many the source had before.
  func limit(identities: Int) -> Int {
    max(people, identities * percent / 100)
  }
}
