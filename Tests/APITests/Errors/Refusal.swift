import HTTP
import HTTPServer
import JSON
import TestSupport
import Testing
import Transmitter

/// A way to be refused, and how each vendor's family tells of it.
struct Refusal: Sendable, CustomTestStringConvertible {
  let name: String
  let status: Int
  let oktaCode: String
  let sailPointCode: String
  let provoke: @Sendable (TestTransmitter, Family) async throws -> Response

  var testDescription: String { "\(status) \(name)" }

  private init(
    _ status: Int, _ name: String, okta: String, sailPoint: String,
    _ provoke: @escaping @Sendable (TestTransmitter, Family) async throws -> Response
  ) {
    self.name = name
    self.status = status
    oktaCode = okta
    sailPointCode = sailPoint
    self.provoke = provoke
  }

  static let all = badRequests + access + state + server

  private static let badRequests = [
    Refusal(400, "not JSON", okta: "E0000003", sailPoint: "400.0 Bad request syntax") { transmitter, family in
      try await transmitter.public.send(
        .post, family.configuration, token: try await transmitter.token(), text: ";{ broken")
    },
    Refusal(400, "not an object", okta: "E0000001", sailPoint: "400.1 Bad Request Content") {
      transmitter, family in
      try await transmitter.public.send(
        .post, family.configuration, token: try await transmitter.token(), text: "[]")
    },
    Refusal(400, "member missing", okta: "E0000001", sailPoint: "400.1 Bad Request Content") {
      transmitter, family in
      try await transmitter.public.send(
        .post, family.configuration, token: try await transmitter.token(), [:])
    },
    Refusal(400, "query missing", okta: "E0000001", sailPoint: "400.1 Bad Request Content") {
      transmitter, family in
      try await transmitter.public.send(.get, family.status, token: try await transmitter.token())
    },
  ]

  private static let access = [
    Refusal(401, "no token", okta: "E0000011", sailPoint: "") { transmitter, family in
      try await transmitter.public.send(.get, family.configuration)
    },
    Refusal(401, "no token behind the scheme", okta: "E0000011", sailPoint: "") { transmitter, family in
      try await transmitter.public.send(.get, family.configuration, fields: ["Authorization": "Bearer "])
    },
    Refusal(401, "bad token", okta: "E0000011", sailPoint: "") { transmitter, family in
      try await transmitter.public.send(.delete, family.configuration, token: "nonsense")
    },
    Refusal(403, "scope missing", okta: "E0000006", sailPoint: "403 Forbidden") { transmitter, family in
      let token = try await transmitter.token("reader", [.read])
      return try await family.create.send(to: transmitter, token: token, stream: nil)
    },
    Refusal(404, "no such stream", okta: "E0000007", sailPoint: "404 Not found") { transmitter, family in
      try await transmitter.public.send(
        .get, family.configuration + "?stream_id=x", token: try await transmitter.token())
    },
    Refusal(404, "no such path", okta: "E0000007", sailPoint: "404 Not found") { transmitter, family in
      try await transmitter.public.send(.get, family.configuration + "/nowhere")
    },
    Refusal(405, "no such method", okta: "E0000022", sailPoint: "405 Method Not Allowed") {
      transmitter, family in
      try await transmitter.public.send(.put, family.verification)
    },
  ]

  private static let state = [
    Refusal(409, "too many streams", okta: "E0000195", sailPoint: "409 Conflict") { transmitter, family in
      let token = try await transmitter.token()
      for _ in 1...2 { _ = try await transmitter.createStream(token: token) }
      return try await family.create.send(to: transmitter, token: token, stream: nil)
    },
    Refusal(429, "too soon", okta: "E0000047", sailPoint: "") { transmitter, family in
      let token = try await transmitter.token()
      let id = try await transmitter.createStreamID(token: token)
      let verify = { try await transmitter.public.send(.post, family.verification, token: token, $0) }
      _ = try await verify(["stream_id": .string(id)])
      transmitter.clock.advance(by: .milliseconds(500))
      return try await verify(["stream_id": .string(id)])
    },
    Refusal(503, "nothing can be kept", okta: "E0000010", sailPoint: "503 Service Unavailable") {
      transmitter, family in
      let token = try await transmitter.token()
      try await transmitter.store.close()
      return try await family.create.send(to: transmitter, token: token, stream: nil)
    },
  ]

  private static let server = [
    failure(
      413, .malformed(RequestError(reason: .bodyTooLarge)), okta: "E0000003",
      sailPoint: "413 Content Too Large"),
    failure(408, .bodyTimeout, okta: "E0000003", sailPoint: "408 Request Timeout"),
    failure(500, .unsendableResponse, okta: "E0000009", sailPoint: "500.0 Internal Fault"),
  ]

  private static func failure(
    _ status: Int, _ failure: ServerFailure, okta: String, sailPoint: String
  ) -> Refusal {
    Refusal(status, "\(failure.code)", okta: okta, sailPoint: sailPoint) { transmitter, family in
      transmitter.public.handler.renderFailure(failure, try RequestTarget(parsing: family.configuration))
    }
  }
}
