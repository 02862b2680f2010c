import HTTP
import JOSE
import JSON
import SharedSignals

// What the audit log shows of each thing that can change: all that is set about it, no secret, no digest of one, and
// no subject in clear.

extension Stream {
  /// - Parameter earlier: what the stream was; lets see whether its secret was replaced.
  func audited(after earlier: Stream? = nil) -> JSONObject {
    var members: JSONObject = [
      "aud": .string(audience),
      "provisioned": .bool(isProvisioned),
      "profile": .string(form.profile.rawValue),
      "signing_alg": .string(form.algorithm.rawValue),
      "status": .string(status.rawValue),
      "default_subjects": .string(defaultSubjects.rawValue),
      "delivery": settings.delivery.audited(after: earlier?.settings.delivery),
    ]
    members["client_id"] = clientID.map(JSONValue.string)
    members["horizon_s"] = terms.horizon.map { .integer($0.components.seconds) }
    members["rate_limit"] = terms.rateLimit.map { .integer(Int64($0)) }
    // The certificate is public, and tells which key goes with it.
    members["client_certificate"] = terms.certificateChain.map(JSONValue.string)
    members["reason"] = reason.map(JSONValue.string)
    members["description"] = settings.description.map(JSONValue.string)
    members["events_requested"] = settings.eventsRequested.map { .array($0.map(JSONValue.string)) }
    return members
  }
}

extension StreamDelivery {
  fileprivate func audited(after earlier: StreamDelivery?) -> JSONValue {
    var members: JSONObject = ["method": .string(method.rawValue)]
    guard let target = pushTarget else { return .object(members) }
    members["endpoint_url"] = .string(target.endpoint.description)
    members["authorization_header"] = .masked(
      target.authorizationHeader, replacing: earlier?.pushTarget?.authorizationHeader)
    return .object(members)
  }
}

extension StoredSubject {
  /// By the digest that the store finds it by.
  func audited(format: SubjectFormat) -> JSONObject {
    ["format": .string(format.rawValue), "digest": .string(Hexadecimal.encode(digest))]
  }
}

extension Client {
  /// - Parameters:
  ///   - tokens: those that go with it.
  ///   - secrets: those that go with it.
  func audited(with tokens: [AccessToken] = [], _ secrets: [ClientSecret] = []) -> JSONObject {
    var members: JSONObject = ["scopes": .string("\(scopes)")]
    members["description"] = description.map(JSONValue.string)
    members["audience"] = audience.map(JSONValue.string)
    members["jwks"] = keys?.jwks.map(JSONValue.string)
    members["jwks_uri"] = keys?.jwksURI.map(JSONValue.string)
    if !tokens.isEmpty { members["tokens"] = .array(tokens.map { .string($0.id) }) }
    if !secrets.isEmpty { members["secrets"] = .array(secrets.map { .string($0.id) }) }
    return members
  }
}

extension AccessToken {
  func audited() -> JSONObject {
    var members: JSONObject = ["client_id": .string(clientID), "scopes": .string("\(scopes)")]
    members["expires"] = expires.map { .string("\($0)") }
    members["revoked"] = revoked.map { .string("\($0)") }
    return members
  }
}

extension ClientSecret {
  func audited() -> JSONObject { ["client_id": .string(clientID)] }
}

extension SigningKey {
  func audited() -> JSONObject {
    ["use": .string("\(use)"), "state": .string(state.rawValue)]
  }
}
