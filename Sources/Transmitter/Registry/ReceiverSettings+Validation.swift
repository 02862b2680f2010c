import HTTP
import HTTPClient
import JSON

/// The rules that a receiver's settings must meet before they are kept.
extension ReceiverSettings {
  private static let longestEndpoint = 2048
  private static let longestHeader = 8192
  private static let longestDescription = 255
  private static let longestEventType = 256
  private static let mostEventTypes = 256

  /// The settings as they are kept: the description cut to what we store (SSF §8.1.1 allows it).
  ///
  /// - Throws: `RegistryError.invalid`, which points at the member.
  func validated(by policy: StreamPolicy) throws(RegistryError) -> ReceiverSettings {
    if let target = delivery.pushTarget { try Self.check(target, policy.destinations) }
    try checkEventsRequested()
    var kept = self
    kept.description = description?.cut(toScalars: Self.longestDescription)
    return kept
  }

  private static func check(_ target: PushTarget, _ destinations: DestinationPolicy) throws(RegistryError) {
    try check(target.endpoint, destinations)
    if let header = target.authorizationHeader { try check(authorizationHeader: header) }
  }

  private static func check(_ endpoint: HTTPURL, _ destinations: DestinationPolicy) throws(RegistryError) {
    let pointer: JSONPointer = ["delivery", "endpoint_url"]
    guard endpoint.description.utf8.count <= longestEndpoint else {
      throw .invalid(pointer, "is longer than \(longestEndpoint) bytes")
    }
    do {
      try destinations.check(endpoint)
    } catch {
      throw .invalid(pointer, "\(error)")
    }
  }

  /// Header injection is the danger: only visible ASCII, spaces and tabs inside are let through.
  private static func check(authorizationHeader header: String) throws(RegistryError) {
    let pointer: JSONPointer = ["delivery", "authorization_header"]
    guard (1...longestHeader).contains(header.utf8.count) else {
      throw .invalid(pointer, "must have 1 to \(longestHeader) bytes")
    }
    let isHeaderText = header.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E || $0 == 0x09 }
    let ends = [header.utf8.first, header.utf8.last]
    guard isHeaderText, !ends.contains(0x20), !ends.contains(0x09) else {
      throw .invalid(
        pointer, "must be the value of an HTTP header: visible ASCII, no line breaks, not padded")
    }
  }

  private func checkEventsRequested() throws(RegistryError) {
    guard let eventsRequested else { return }
    guard eventsRequested.count <= Self.mostEventTypes else {
      throw .invalid(["events_requested"], "lists more than \(Self.mostEventTypes) event types")
    }
    for (index, type) in eventsRequested.enumerated() where type.utf8.count > Self.longestEventType {
      throw .invalid(["events_requested", "\(index)"], "is longer than \(Self.longestEventType) bytes")
    }
  }
}
