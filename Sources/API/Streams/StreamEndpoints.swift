import HTTP
import JSON
import SharedSignals
import Transmitter

/// The management API of streams in the standard family (SSF §8.1): configuration, status, verification.
struct StreamEndpoints: Sendable {
  let registry: StreamRegistry
  let issuer: HTTPURL

  func add(to router: inout Router<Endpoint>) {
    router.add(.post, StandardURLs.stream, Endpoint(.scope(.manage), respond: create))
    router.add(.get, StandardURLs.stream, Endpoint(.scope(.read, or: .manage), respond: read))
    router.add(.patch, StandardURLs.stream, Endpoint(.scope(.manage), respond: update))
    router.add(.put, StandardURLs.stream, Endpoint(.scope(.manage), respond: replace))
    router.add(.delete, StandardURLs.stream, Endpoint(.scope(.manage), respond: delete))
    router.add(.get, StandardURLs.status, Endpoint(.scope(.read, or: .manage), respond: readStatus))
    router.add(.post, StandardURLs.status, Endpoint(.scope(.manage), respond: updateStatus))
    router.add(.post, StandardURLs.verification, Endpoint(.scope(.manage), respond: verify))
  }

  // MARK: - Configuration (SSF §8.1.1)

  private func create(_ call: Call) async throws -> Response {
    let request = try StreamRequest(call.bodyObject())
    let stream = try await registry.create(request.initialSettings(), for: call.principal)
    return .json(configuration(of: stream), status: .created)
  }

  /// One stream by its id, or all of this receiver's as an array.
  private func read(_ call: Call) async throws -> Response {
    let owner = try call.owner
    guard let id = call.request.target.query("stream_id") else {
      return .json(.array(registry.streams(of: owner).map(configuration)))
    }
    return .json(configuration(of: try registry.stream(id, of: owner)))
  }

  private func update(_ call: Call) async throws -> Response {
    let request = try StreamRequest(call.bodyObject())
    return try await change(request, of: call.owner) { request.merge(into: &$0) }
  }

  private func replace(_ call: Call) async throws -> Response {
    let request = try StreamRequest(call.bodyObject())
    let settings = try request.replacement()
    return try await change(request, of: call.owner) { $0 = settings }
  }

  private func change(
    _ request: StreamRequest, of owner: StreamOwner,
    _ apply: @escaping @Sendable (inout ReceiverSettings) -> Void
  ) async throws -> Response {
    let id = try request.streamID()
    let current = try registry.stream(id, of: owner)
    try request.checkTransmitterMembers(against: configuration(of: current))
    let stream = try await registry.update(id, of: owner, apply)
    return .json(configuration(of: stream))
  }

  private func delete(_ call: Call) async throws -> Response {
    try await registry.delete(call.query("stream_id"), of: call.owner)
    return .noContent
  }

  private func configuration(of stream: Stream) -> JSONValue {
    StreamEncoder(issuer: issuer, policy: registry.policy).configuration(of: stream)
  }

  // MARK: - Status (SSF §8.1.2)

  private func readStatus(_ call: Call) async throws -> Response {
    let stream = try registry.stream(call.query("stream_id"), of: call.owner)
    return .json(StreamEncoder.status(of: stream))
  }

  private func updateStatus(_ call: Call) async throws -> Response {
    let request = try StatusRequest(call.bodyObject())
    let stream = try await registry.setStatus(
      request.status, reason: request.reason, of: request.streamID, of: call.owner)
    return .json(StreamEncoder.status(of: stream))
  }

  // MARK: - Verification (SSF §8.1.4)

  private func verify(_ call: Call) async throws -> Response {
    let request = try VerificationRequest(call.bodyObject())
    try await registry.requestVerification(of: request.streamID, of: call.owner, state: request.state)
    return .noContent
  }
}
