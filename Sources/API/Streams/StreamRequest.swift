import JSON
import SharedSignals
import Transmitter

/// The body of a request that creates or changes a stream: the receiver-supplied members, and in a change the
/// transmitter-supplied ones, which must say what is so already (SSF §8.1.1.3). Unknown members are ignored.
struct StreamRequest: Sendable {
  enum Purpose {
    case creation, update, replacement
  }

  private static let transmitterMembers = [
    "iss", "aud", "events_supported", "events_delivered", "min_verification_interval", "inactivity_timeout",
  ]
  /// Transmitter-supplied members whose order says nothing.
  private static let setMembers: Set<String> = ["events_supported", "events_delivered"]

  private let purpose: Purpose
  private let body: RequestObject
  private let members: JSONObject
  private let delivery: DeliveryRequest?
  private let eventsRequested: [String]?
  private let description: String?

  init(_ body: RequestObject, for purpose: Purpose, in dialect: Dialect = .standard) throws(APIError) {
    self.purpose = purpose
    self.body = body
    members = try body.members()
    let update = purpose.deliveryUpdate(in: dialect)
    delivery = try body.optionalObject("delivery").map { (object) throws(APIError) in
      try DeliveryRequest(object, as: update, allowsPolling: dialect.allowsPolling)
    }
    eventsRequested = try body.optionalStrings("events_requested")
    description = try body.optionalString("description")
    try body.require(purpose.requiredMembers(in: dialect))
    try checkBounds(of: dialect)
  }

  /// The id of the stream to change; nil only where the dialect lets it be left out.
  func streamID(in dialect: Dialect) throws(APIError) -> String? {
    dialect.assumesOnlyStream ? try body.optionalString("stream_id") : try body.string("stream_id")
  }

  /// The settings for a new stream. Without `delivery` it is polled (SSF §8.1.1.1).
  func initialSettings() throws(APIError) -> ReceiverSettings {
    let delivery = try delivery?.delivery(after: nil) ?? .poll(DeliveryMethodURI(.poll))
    return ReceiverSettings(delivery: delivery, eventsRequested: eventsRequested, description: description)
  }

  /// Changes what the request names; a replacement deletes the rest (SSF §8.1.1.3, §8.1.1.4).
  func apply(to settings: inout ReceiverSettings) throws(APIError) {
    if let delivery { settings.delivery = try delivery.delivery(after: settings.delivery) }
    if names("events_requested") { settings.eventsRequested = eventsRequested }
    if names("description") { settings.description = description }
  }

  private func names(_ member: String) -> Bool {
    purpose == .replacement || members[member] != nil
  }

  /// - Parameter shown: the stream's configuration in the dialect of the request.
  /// - Throws: 400 for a transmitter-supplied member that says something else than `shown`.
  func checkTransmitterMembers(against stream: Stream, _ shown: JSONValue) throws(APIError) {
    let faults = Self.transmitterMembers.filter { name in
      guard let sent = members[name] else { return false }
      return !Self.agree(sent, shown[name] ?? .null, on: name)
    }
    try checkPollEndpoint(against: stream.settings.delivery, shown["delivery"]?["endpoint_url"])
    guard faults.isEmpty else {
      throw .invalid(
        faults.map { name in
          APIError.Fault(
            pointer: body.pointer.appending(name),
            text: "is decided by the transmitter; leave it out or send its current value")
        })
    }
  }

  /// The URL to poll is ours to choose: sent back, it must be the one that was given.
  private func checkPollEndpoint(
    against current: StreamDelivery, _ shown: JSONValue?
  ) throws(APIError) {
    guard case .poll = current, case .poll? = try delivery?.delivery(after: current),
      let sent = members["delivery"]?["endpoint_url"], sent != shown
    else { return }
    throw .invalid(
      ["delivery", "endpoint_url"], "is decided by the transmitter for a polled stream; leave it out")
  }

  private func checkBounds(of dialect: Dialect) throws(APIError) {
    if let only = dialect.subjectFormat, try body.optionalString("format") ?? only != only {
      throw .invalid(body.pointer.appending("format"), "must be \(only)")
    }
    if let most = dialect.mostEventTypes, eventsRequested?.count ?? 0 > most {
      throw .invalid(body.pointer.appending("events_requested"), "lists more than \(most) event types")
    }
  }

  private static func agree(_ sent: JSONValue, _ current: JSONValue, on name: String) -> Bool {
    guard sent != current, let values = sent.arrayValue else { return sent == current }
    // RFC 7519 §4.1.3: one audience may be written either way.
    if name == "aud" { return values == [current] }
    return setMembers.contains(name) && current.arrayValue.map(Set.init) == Set(values)
  }
}

extension StreamRequest.Purpose {
  fileprivate func requiredMembers(in dialect: Dialect) -> [String] {
    switch self {
    case .creation: dialect.requiredInCreation
    case .update: []
    case .replacement: dialect.requiredInReplacement
    }
  }

  fileprivate func deliveryUpdate(in dialect: Dialect) -> Dialect.DeliveryUpdate {
    self != .update && dialect.deliveryUpdate == .byMember ? .whole : dialect.deliveryUpdate
  }
}
