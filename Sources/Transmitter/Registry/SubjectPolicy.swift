package import SharedSignals

/// What streams may do with subjects: the part of the configuration that adding and removing them is judged by.
package struct SubjectPolicy: Sendable {
  /// What a new stream begins with. A stream keeps it, whatever is configured later.
  package var initial: DefaultSubjects
  /// How long the events of a removed subject go on, so that who steals a receiver's token cannot blind it at once
  /// (SSF §9.3).
  package var removalGrace: Duration
  package var maximumPerStream: Int
  /// How often one client may add or remove, as a rate over time. At once it may do what two seconds allow.
  package var changesPerSecond: Int

  package init(
    initial: DefaultSubjects = .everySubject, removalGrace: Duration = .zero,
    maximumPerStream: Int = 1_000_000,
    changesPerSecond: Int = 50
  ) {
    self.initial = initial
    self.removalGrace = removalGrace
    self.maximumPerStream = maximumPerStream
    self.changesPerSecond = changesPerSecond
  }
}
