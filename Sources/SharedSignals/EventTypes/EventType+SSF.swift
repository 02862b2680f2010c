/// The framework's own events (SSF 1.0 §8.1.4, §8.1.5): about the stream, sent by the transmitter alone.
extension EventType {
  package static let verification = ssf("verification")
  package static let streamUpdated = ssf("stream-updated")

  private static func ssf(_ name: String) -> EventType {
    EventType(rawValue: "https://schemas.openid.net/secevent/ssf/event-type/\(name)")
  }
}
