import HTTP
import JOSE
import JSON
import SharedSignals
import Transmitter

/// All streams, with what an operator wants to know of each.
struct StreamAdminEndpoints: Sendable {
  let registry: StreamRegistry
  let keys: KeyRing
  /// What previews are read under, as submissions are.
  let events: EventPolicy
  let issuer: HTTPURL

  func add(to router: inout Router<Endpoint>) {
    router.add(.post, "/v1/streams", Endpoint(.scope(.admin), respond: create))
    router.add(.patch, "/v1/streams/{stream_id}", Endpoint(.scope(.admin), respond: update))
    router.add(.post, "/v1/streams/{stream_id}/preview", Endpoint(.scope(.admin), respond: preview))
    router.add(.get, "/v1/streams", Endpoint(.scope(.admin), respond: list))
    router.add(.get, "/v1/streams/{stream_id}", Endpoint(.scope(.admin), respond: show))
    router.add(.delete, "/v1/streams/{stream_id}", Endpoint(.scope(.admin), respond: delete))
  }

  private func list(_ call: Call) async throws -> Response {
    .json(["streams": .array(registry.streams(of: .administrator).map(json))])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(json(try registry.stream(call.path("stream_id"), of: .administrator)))
  }

  /// A stream for a receiver that never calls the stream API, or for one that does, under its client.
  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(
      TermsRequest.members.union([
        "client_id", "aud", "profile", "signing_alg", "delivery", "events_requested", "description",
      ]))
    let terms = try TermsRequest(body)
    let stream = try await registry.provision(
      StreamRequest(body, for: .creation).initialSettings(), clientID: body.optionalString("client_id"),
      audience: body.optionalString("aud"), form: body.form(), terms: terms.terms)
    return .json(json(stream), status: .created)
  }

  /// Changes what is named, all of it or nothing. A change of status is the transmitter's: the receiver is told of it (SSF §8.1.5).
  private func update(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(
      TermsRequest.members.union([
        "status", "reason", "profile", "signing_alg", "delivery", "events_requested", "description",
      ]))
    let terms = try TermsRequest(body)
    let request = try StreamRequest(body, for: .update)
    let profile = try body.optionalProfile("profile")
    let algorithm = try body.optionalAlgorithm("signing_alg")
    let status = try body.optionalStatus("status")
    let reason = try body.optionalString("reason")
    let stream = try await registry.update(call.path("stream_id"), of: .administrator) { stream in
      try request.apply(to: &stream.settings)
      stream.form.profile = profile ?? stream.form.profile
      stream.form.algorithm = algorithm ?? stream.form.algorithm
      terms.apply(to: &stream.terms)
      guard let status else { return }
      stream.status = status
      stream.reason = reason
    }
    return .json(json(stream))
  }

  /// The SET that an event would become for this stream, unsigned: a signed one would be as good as sent.
  private func preview(_ call: Call) async throws -> Response {
    let stream = try registry.stream(call.path("stream_id"), of: .administrator)
    let submission = try EventSubmission(
      JSONValue(parsing: call.request.body, options: .request), under: events)
    let preview = registry.preview(of: submission, in: stream, issuer: issuer.description)
    return .json([
      "header": [
        "alg": .string(stream.form.algorithm.rawValue),
        "kid": .string(try keys.active(stream.form.algorithm, for: .set).id),
        "typ": .string(SecurityEventToken.joseType),
      ],
      "claims": preview.claims(as: stream.form.profile),
      "delivered": .bool(try await registry.delivers(submission, to: stream)),
    ])
  }

  private func delete(_ call: Call) async throws -> Response {
    try await registry.delete(call.path("stream_id"), of: .administrator)
    return .noContent
  }

  private func json(_ stream: Stream) -> JSONValue {
    let settings = stream.settings
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "client_id": stream.clientID.map(JSONValue.string) ?? .null,
      "aud": .string(stream.audience),
      "provisioned": .bool(stream.isProvisioned),
      "profile": .string(stream.form.profile.rawValue),
      "signing_alg": .string(stream.form.algorithm.rawValue),
      "status": .string(stream.status.rawValue),
    ]
    json["reason"] = stream.reason.map(JSONValue.string)
    json["description"] = settings.description.map(JSONValue.string)
    json["delivery"] = [
      "method": .string(settings.delivery.method.rawValue),
      "endpoint_url": settings.delivery.pushTarget.map { .string($0.endpoint.description) } ?? .null,
      "authorization_header_set": .bool(settings.delivery.pushTarget?.authorizationHeader != nil),
    ]
    json["horizon"] = stream.terms.horizon.map { .integer($0.components.seconds) }
    json["rate_limit"] = stream.terms.rateLimit.map { .integer(Int64($0)) }
    json["client_certificate"] = stream.terms.certificateChain.map(JSONValue.string)
    json["events_requested"] = settings.eventsRequested.map { .array($0.map(JSONValue.string)) }
    json["events_delivered"] = .array(
      settings.eventsDelivered(of: registry.policy.supportedEvents).map { .string($0.rawValue) })
    json["created"] = .string(stream.created.description)
    json["updated"] = .string(stream.updated.description)
    json["deliveries"] = totals(registry.totals(of: stream))
    return .object(json)
  }

  private func totals(_ totals: StreamTotals) -> JSONValue {
    [
      "accepted": .integer(totals.accepted), "delivered": .integer(totals.delivered),
      "pending": .integer(totals.pending), "dead": .integer(totals.dead),
      "expired": .integer(totals.expired), "dropped": .integer(totals.dropped),
    ]
  }
}

extension RequestObject {
  fileprivate func form() throws(APIError) -> TokenForm {
    TokenForm(
      profile: try optionalProfile("profile") ?? .ssf10,
      algorithm: try optionalAlgorithm("signing_alg") ?? .rs256)
  }

  fileprivate func optionalAlgorithm(_ name: String) throws(APIError) -> SignatureAlgorithm? {
    guard let text = try optionalString(name) else { return nil }
    guard let algorithm = SignatureAlgorithm(rawValue: text) else {
      throw .invalid(pointer.appending(name), "must be RS256 or ES256")
    }
    return algorithm
  }

  fileprivate func optionalProfile(_ name: String) throws(APIError) -> SETProfile? {
    guard let text = try optionalString(name) else { return nil }
    guard let profile = SETProfile(rawValue: text) else {
      let known = SETProfile.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(pointer.appending(name), "is no SET profile; the profiles are \(known)")
    }
    return profile
  }

  func optionalStatus(_ name: String) throws(APIError) -> StreamStatus? {
    guard let text = try optionalString(name) else { return nil }
    guard let status = StreamStatus(rawValue: text) else {
      throw .invalid(pointer.appending(name), "must be enabled, paused or disabled")
    }
    return status
  }
}
