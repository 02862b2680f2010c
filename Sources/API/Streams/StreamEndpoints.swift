import HTTP
import JSON
import SharedSignals
import Transmitter

/// The management API of streams (SSF §8.1) in one dialect: configuration, status, verification.
struct StreamEndpoints: Sendable {
  let registry: StreamRegistry
  let access: AccessDirectory
  let issuer: HTTPURL
  let dialect: Dialect

  func add(to router: inout Router<Endpoint>) {
    for paths in dialect.streamPaths {
      router.add(.post, paths.configuration, Endpoint(.scope(.manage), respond: create))
      router.add(.get, paths.configuration, Endpoint(.scope(.read, or: .manage), respond: read))
      router.add(.patch, paths.configuration, Endpoint(.scope(.manage), respond: update))
      router.add(.put, paths.configuration, Endpoint(.scope(.manage), respond: replace))
      router.add(.delete, paths.configuration, Endpoint(.scope(.manage), respond: delete))
      router.add(.get, paths.status, Endpoint(.scope(.read, or: .manage), respond: readStatus))
      router.add(.post, paths.status, Endpoint(.scope(.manage), respond: updateStatus))
      router.add(.post, paths.verification, Endpoint(.scope(.manage), respond: verify))
    }
  }

  // MARK: - Configuration (SSF §8.1.1)

  private func create(_ call: Call) async throws -> Response {
    let request = try StreamRequest(body(of: call), for: .creation, in: dialect)
    let principal = try call.principal
    let stream = try await registry.create(request.initialSettings(), for: principal) { transaction in
      try access.register(principal, in: transaction)
    }
    return .json(encoder.configuration(of: stream), status: .created)
  }

  /// One stream by its id, or all of this receiver's as an array.
  private func read(_ call: Call) async throws -> Response {
    if let id = call.request.target.query("stream_id") {
      return .json(encoder.configuration(of: try stream(id, of: call.owner)))
    }
    let streams = try streams(of: call.owner).filter(isAsked(for: call.request.target))
    return .json(.array(streams.map { encoder.configuration(of: $0, for: .listing) }))
  }

  private func isAsked(for target: RequestTarget) -> (Stream) -> Bool {
    guard dialect.filtersByAudience, let part = target.query("aud") else { return { _ in true } }
    return { $0.audience.contains(part) }
  }

  private func update(_ call: Call) async throws -> Response {
    try await change(call, StreamRequest(body(of: call), for: .update, in: dialect))
  }

  private func replace(_ call: Call) async throws -> Response {
    try await change(call, StreamRequest(body(of: call), for: .replacement, in: dialect))
  }

  private func change(_ call: Call, _ request: StreamRequest) async throws -> Response {
    let owner = try call.owner
    let id = try stream(request.streamID(in: dialect), of: owner).id
    let changed = try await registry.update(id, of: owner) { stream in
      guard dialect.shows(stream) else { throw RegistryError.noSuchStream(id) }
      try request.checkTransmitterMembers(against: stream, encoder.configuration(of: stream))
      try request.apply(to: &stream.settings)
    }
    return .json(encoder.configuration(of: changed, for: .change))
  }

  private func delete(_ call: Call) async throws -> Response {
    let isNamed = call.request.target.query("stream_id") != nil || !dialect.assumesOnlyStream
    let stream = try stream(isNamed ? call.query("stream_id") : nil, of: call.owner)
    try await registry.delete(stream.id, of: call.owner)
    return .noContent
  }

  // MARK: - Status (SSF §8.1.2)

  private func readStatus(_ call: Call) async throws -> Response {
    .json(encoder.status(of: try stream(call.query("stream_id"), of: call.owner)))
  }

  private func updateStatus(_ call: Call) async throws -> Response {
    let request = try StatusRequest(body(of: call))
    let current = try stream(request.streamID, of: call.owner)
    let changed = try await registry.setStatus(
      request.status, reason: request.reason, of: current.id, of: call.owner)
    return .json(encoder.status(of: changed))
  }

  // MARK: - Verification (SSF §8.1.4)

  private func verify(_ call: Call) async throws -> Response {
    let request = try VerificationRequest(body(of: call))
    let stream = try stream(request.streamID, of: call.owner)
    try await registry.requestVerification(of: stream.id, of: call.owner, state: request.state)
    return .noContent
  }
}

// MARK: - What the dialect lets see

extension StreamEndpoints {
  private var encoder: StreamEncoder {
    StreamEncoder(issuer: issuer, policy: registry.policy, dialect: dialect)
  }

  private func body(of call: Call) throws -> RequestObject {
    try call.bodyObject(orEmpty: dialect.readsNoBodyAsEmpty)
  }

  private func streams(of owner: StreamOwner) -> [Stream] {
    registry.streams(of: owner).filter(dialect.shows)
  }

  /// The stream that a request is about.
  ///
  /// - Parameter id: nil for the receiver's only one.
  private func stream(_ id: String?, of owner: StreamOwner) throws -> Stream {
    guard let id else { return try onlyStream(of: owner) }
    let stream = try registry.stream(id, of: owner)
    guard dialect.shows(stream) else { throw RegistryError.noSuchStream(id) }
    return stream
  }

  private func onlyStream(of owner: StreamOwner) throws(APIError) -> Stream {
    let streams = streams(of: owner)
    guard let stream = streams.first else {
      throw APIError(.notFound, .notFound, "this client has no stream")
    }
    guard streams.count == 1 else {
      throw APIError(
        .badRequest, .invalidRequest, "this client has \(streams.count) streams; name one with stream_id")
    }
    return stream
  }
}
