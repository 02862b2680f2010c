extension EventSchema {
  /// SSF 1.0 §8.1.4 and §8.1.5. The subject is the stream itself: opaque, with the stream's id.
  static let ssf: KeyValuePairs<EventType, EventSchema> = [
    .verification: ssf([.optional("state", .text)]),
    .streamUpdated: ssf([
      .required("status", .closed(statuses)),
      .optional("reason", .text),
    ]),
  ]

  private static let statuses = StreamStatus.allCases.map(\.rawValue)

  private static func ssf(_ members: [EventMember]) -> EventSchema {
    EventSchema(members, about: [.opaque], allowsSubjectMember: false)
  }
}
