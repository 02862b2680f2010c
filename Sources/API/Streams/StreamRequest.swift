import HTTP
import JSON
import SharedSignals
import Transmitter

/// The body of a request that creates or changes a stream: the receiver-supplied members, and in a change the
/// transmitter-supplied ones, which must say what is so already (SSF §8.1.1.3). Unknown members are ignored.
struct StreamRequest: Sendable {
  private static let transmitterMembers = [
    "iss", "aud", "events_supported", "events_delivered", "min_verification_interval", "inactivity_timeout",
  ]
  /// Transmitter-supplied members whose order says nothing.
  private static let setMembers: Set<String> = ["events_supported", "events_delivered"]

  private let body: RequestObject
  private let members: JSONObject
  private let delivery: StreamDelivery?
  private let eventsRequested: [String]?
  private let description: String?

  init(_ body: RequestObject) throws(APIError) {
    self.body = body
    members = try body.members()
    delivery = try body.optionalObject("delivery").map(Self.delivery)
    eventsRequested = try body.optionalStrings("events_requested")
    description = try body.optionalString("description")
  }

  /// The id of the stream to change.
  func streamID() throws(APIError) -> String {
    try body.string("stream_id")
  }

  /// The settings for a new stream. Without `delivery` it is polled (SSF §8.1.1.1).
  func initialSettings() -> ReceiverSettings {
    settings(delivery ?? .poll(DeliveryMethodURI(.poll)))
  }

  /// The settings that take the place of all former ones (SSF §8.1.1.4).
  ///
  /// - Throws: 400 without `delivery`: a stream without one cannot be, and polling is not to be guessed here.
  func replacement() throws(APIError) -> ReceiverSettings {
    guard let delivery else { throw .invalid(["delivery"], "is missing; PUT replaces everything") }
    return settings(delivery)
  }

  private func settings(_ delivery: StreamDelivery) -> ReceiverSettings {
    ReceiverSettings(delivery: delivery, eventsRequested: eventsRequested, description: description)
  }

  /// Changes what the request names and leaves the rest. `delivery` is replaced whole.
  func merge(into settings: inout ReceiverSettings) {
    if let delivery { settings.delivery = delivery }
    if members["events_requested"] != nil { settings.eventsRequested = eventsRequested }
    if members["description"] != nil { settings.description = description }
  }

  /// - Throws: 400 for a transmitter-supplied member that says something else than `current`.
  func checkTransmitterMembers(against current: JSONValue) throws(APIError) {
    let faults = Self.transmitterMembers.filter { name in
      guard let sent = members[name] else { return false }
      return !Self.agree(sent, current[name] ?? .null, asSet: Self.setMembers.contains(name))
    }
    try checkPollEndpoint(against: current)
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
  private func checkPollEndpoint(against current: JSONValue) throws(APIError) {
    guard case .poll? = delivery, let sent = members["delivery"]?["endpoint_url"],
      current["delivery"]?["method"]?.stringValue.flatMap(DeliveryMethodURI.init(rawValue:))?.method == .poll,
      sent != current["delivery"]?["endpoint_url"]
    else { return }
    throw .invalid(
      ["delivery", "endpoint_url"], "is decided by the transmitter for a polled stream; leave it out")
  }

  private static func agree(_ sent: JSONValue, _ current: JSONValue, asSet: Bool) -> Bool {
    guard asSet, let sent = sent.arrayValue, let current = current.arrayValue else { return sent == current }
    return Set(sent) == Set(current)
  }

  private static func delivery(_ body: RequestObject) throws(APIError) -> StreamDelivery {
    guard let method = DeliveryMethodURI(rawValue: try body.string("method")) else {
      throw .invalid(
        body.pointer.appending("method"),
        "is no delivery method; use \(DeliveryMethod.push.rawValue) or \(DeliveryMethod.poll.rawValue)")
    }
    switch method.method {
    case .poll: return .poll(method)
    case .push:
      return .push(
        PushTarget(
          method: method, endpoint: try endpoint(body),
          authorizationHeader: try body.optionalString("authorization_header")))
    }
  }

  private static func endpoint(_ body: RequestObject) throws(APIError) -> HTTPURL {
    do {
      return try HTTPURL(parsing: body.string("endpoint_url"))
    } catch let error as APIError {
      throw error
    } catch {
      throw .invalid(body.pointer.appending("endpoint_url"), "\(error)")
    }
  }
}
