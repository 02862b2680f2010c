/// A delivery method as one side spelled it: with its URN, or with the URI it had before SSF 1.0.
///
/// A receiver that asks with the old URI expects the old URI back, so the spelling is kept with the meaning.
package struct DeliveryMethodURI: RawRepresentable, Hashable, Sendable {
  /// The URI as it was written.
  package let rawValue: String
  package let method: DeliveryMethod

  /// Fails for a URI that names no known method.
  package init?(rawValue: String) {
    guard let method = DeliveryMethod(rawValue: rawValue) ?? Self.legacy[rawValue] else { return nil }
    self.rawValue = rawValue
    self.method = method
  }

  /// The method in its present spelling.
  package init(_ method: DeliveryMethod) {
    rawValue = method.rawValue
    self.method = method
  }

  /// The spellings of the first implementer's draft; Apple still sends them.
  package static let legacyPush = "https://schemas.openid.net/secevent/risc/delivery-method/push"
  package static let legacyPoll = "https://schemas.openid.net/secevent/risc/delivery-method/poll"

  private static let legacy: [String: DeliveryMethod] = [legacyPush: .push, legacyPoll: .poll]
}
