package import HTTPClient
package import SharedSignals

/// What this transmitter offers and allows: the part of the configuration that streams are judged by.
package struct StreamPolicy: Sendable {
  /// Streams in all. Those that an administrator made do not count.
  package var maximumStreams: Int
  package var maximumStreamsPerClient: Int
  /// How often a receiver may ask for a verification event (SSF §8.1.1 min_verification_interval).
  package var minimumVerificationInterval: Duration
  /// Whether a new stream gets a verification event at once.
  package var verifiesNewStreams: Bool
  /// After how long without a call that names it a receiver's stream is paused (SSF §8.1.1); nil for never.
  package var inactivityTimeout: Duration?
  package var subjects: SubjectPolicy
  package var supportedEvents: [EventType]
  /// Where SETs may be pushed to.
  package var destinations: DestinationPolicy

  package init(
    maximumStreams: Int, maximumStreamsPerClient: Int, minimumVerificationInterval: Duration,
    verifiesNewStreams: Bool, inactivityTimeout: Duration?, subjects: SubjectPolicy = SubjectPolicy(),
    supportedEvents: [EventType], destinations: DestinationPolicy
  ) {
    self.maximumStreams = maximumStreams
    self.maximumStreamsPerClient = maximumStreamsPerClient
    self.minimumVerificationInterval = minimumVerificationInterval
    self.verifiesNewStreams = verifiesNewStreams
    self.inactivityTimeout = inactivityTimeout
    self.subjects = subjects
    self.supportedEvents = supportedEvents
    self.destinations = destinations
  }

  /// After how long a stream falls asleep; nil for one that never does.
  package func inactivityTimeout(of stream: Stream) -> Duration? {
    stream.isProvisioned ? nil : inactivityTimeout
  }
}
