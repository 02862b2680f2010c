package import JSON

/// The discovery document: who the transmitter is and where its endpoints are (SSF 1.0 §7.1).
package struct TransmitterMetadata: Hashable, Sendable {
  /// The version of the framework's final specification.
  package static let specVersion = "1_0"

  /// Equal to `iss` everywhere, byte for byte.
  package var issuer: String
  package var jwksURI: String?
  package var deliveryMethods: [DeliveryMethodURI] = []
  package var configurationEndpoint: String?
  package var statusEndpoint: String?
  package var addSubjectEndpoint: String?
  package var removeSubjectEndpoint: String?
  package var verificationEndpoint: String?
  /// Names of subject members that a receiver must discard an event for if it cannot process them.
  package var criticalSubjectMembers: [String] = []
  /// URNs of the ways to authorize a request, such as `urn:ietf:rfc:6749`.
  package var authorizationSchemes: [String] = []
  package var defaultSubjects: DefaultSubjects?

  package init(issuer: String) {
    self.issuer = issuer
  }

  /// The document. What is not set, and every empty array, is left out: SSF §7.2.3 forbids empty arrays.
  package var json: JSONValue {
    var document: JSONObject = ["spec_version": .string(Self.specVersion), "issuer": .string(issuer)]
    document["jwks_uri"] = jwksURI.map(JSONValue.string)
    document["delivery_methods_supported"] = Self.array(deliveryMethods.map { .string($0.rawValue) })
    document["configuration_endpoint"] = configurationEndpoint.map(JSONValue.string)
    document["status_endpoint"] = statusEndpoint.map(JSONValue.string)
    document["add_subject_endpoint"] = addSubjectEndpoint.map(JSONValue.string)
    document["remove_subject_endpoint"] = removeSubjectEndpoint.map(JSONValue.string)
    document["verification_endpoint"] = verificationEndpoint.map(JSONValue.string)
    document["critical_subject_members"] = Self.array(criticalSubjectMembers.map(JSONValue.string))
    document["authorization_schemes"] = Self.array(authorizationSchemes.map { ["spec_urn": .string($0)] })
    document["default_subjects"] = defaultSubjects.map { .string($0.rawValue) }
    return .object(document)
  }

  private static func array(_ elements: [JSONValue]) -> JSONValue? {
    elements.isEmpty ? nil : .array(elements)
  }
}
