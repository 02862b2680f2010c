import HTTP
import JSON
import SharedSignals
import Transmitter

/// The `delivery` member of a request (SSF §6.1), and what it makes of the delivery that a stream has.
struct DeliveryRequest: Sendable {
  private let pointer: JSONPointer
  private let update: Dialect.DeliveryUpdate
  private let method: DeliveryMethodURI?
  private let endpoint: HTTPURL?
  private let authorizationHeader: String?
  private let namesHeader: Bool

  /// - Throws: 400 for a member that cannot be right, and unless members are merged for one that is missing.
  init(
    _ body: RequestObject, as update: Dialect.DeliveryUpdate, allowsPolling: Bool
  ) throws(APIError) {
    pointer = body.pointer
    self.update = update
    method = try Self.method(body, allowsPolling: allowsPolling)
    // Where to poll is ours to say: what is sent for it is compared, never used.
    endpoint = method?.method == .poll ? nil : try Self.endpoint(body)
    authorizationHeader = try body.optionalString("authorization_header")
    namesHeader = try body.members()["authorization_header"] != nil
    if update != .byMember { _ = try delivery(after: nil) }
  }

  /// The delivery of a stream after this request.
  ///
  /// - Parameter current: what it has so far; nil for a new stream.
  /// - Throws: 400 where a member is missing.
  func delivery(after current: StreamDelivery?) throws(APIError) -> StreamDelivery {
    let kept = update == .byMember ? current : nil
    guard let method = method ?? kept?.method else { throw missing("method") }
    guard method.method == .push else { return .poll(method) }
    guard let endpoint = endpoint ?? kept?.pushTarget?.endpoint else { throw missing("endpoint_url") }
    let header = header(after: current?.pushTarget, at: endpoint)
    return .push(PushTarget(method: method, endpoint: endpoint, authorizationHeader: header))
  }

  private func header(after current: PushTarget?, at endpoint: HTTPURL) -> String? {
    let stays =
      switch update {
      case .whole: false
      case .wholeButHeader: current?.endpoint == endpoint
      case .byMember: true
      }
    return stays && !namesHeader ? current?.authorizationHeader : authorizationHeader
  }

  private func missing(_ member: String) -> APIError {
    .invalid(pointer.appending(member), "is missing")
  }

  private static func method(
    _ body: RequestObject, allowsPolling: Bool
  ) throws(APIError) -> DeliveryMethodURI? {
    guard let text = try body.optionalString("method") else { return nil }
    let allowed: [DeliveryMethod] = allowsPolling ? [.push, .poll] : [.push]
    guard let method = DeliveryMethodURI(rawValue: text), allowed.contains(method.method) else {
      let names = allowed.map(\.rawValue).joined(separator: " or ")
      throw .invalid(body.pointer.appending("method"), "is no delivery method here; use \(names)")
    }
    return method
  }

  private static func endpoint(_ body: RequestObject) throws(APIError) -> HTTPURL? {
    guard let text = try body.optionalString("endpoint_url") else { return nil }
    do {
      return try HTTPURL(parsing: text)
    } catch {
      throw .invalid(body.pointer.appending("endpoint_url"), "\(error)")
    }
  }
}
