import HTTP
import JOSE
import JSON
import SharedSignals
import Transmitter

/// All streams, with what an operator wants to know of each.
struct StreamAdminEndpoints: Sendable {
  let registry: StreamRegistry
  let dispatcher: Dispatcher
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
    let conditions = Dictionary(
      uniqueKeysWithValues: await dispatcher.conditions().map { ($0.streamID, $0) })
    let streams = registry.streams(of: .administrator)
    return .json(["streams": .array(streams.map { report(on: $0, conditions[$0.id]) })])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(await report(on: try registry.stream(call.path("stream_id"), of: .administrator)))
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
    return .json(await report(on: stream), status: .created)
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
    return .json(await report(on: stream))
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

  private func report(on stream: Stream) async -> JSONValue {
    report(on: stream, await dispatcher.condition(of: stream))
  }

  private func report(on stream: Stream, _ condition: StreamCondition?) -> JSONValue {
    StreamReport(
      stream: stream, eventsDelivered: stream.settings.eventsDelivered(of: registry.policy.supportedEvents),
      figures: registry.figures(of: stream), condition: condition
    ).json
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
