import HTTP
import HTTPServer
import JSON
import Testing

@Suite(.serialized) struct RequestPipelineTests {
  @Test("RFC 9457 an unknown path is 404 with a problem that carries the request's id")
  func notFound() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, "/nowhere/at/all")
    #expect(response.code == 404)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    #expect(response.fields["Cache-Control"] == "no-store")
    let problem = try response.json
    #expect(problem.memberNames == ["detail", "request_id", "status", "title", "type"])
    #expect(problem["type"] == "urn:ssf-transmitter:problem:not-found")
    #expect(problem["title"] == "Not Found")
    #expect(problem["status"] == 404)
    #expect(problem["detail"]?.stringValue?.contains("/nowhere/at/all") == true)
    #expect(problem["request_id"]?.stringValue?.isEmpty == false)
    let other = try await transmitter.public.send(.get, "/nowhere/at/all").json
    #expect(other["request_id"] != problem["request_id"])
  }

  @Test(
    "RFC 9110 15.5.6 a method that a path does not have is 405 with what it has",
    arguments: [
      (HTTPMethod.post, "/.well-known/ssf-configuration", "GET, HEAD, OPTIONS"),
      (.delete, "/ssf/jwks", "GET, HEAD, OPTIONS"),
      (.put, "/ssf/status", "GET, HEAD, POST, OPTIONS"),
      (.get, "/ssf/verify", "POST, OPTIONS"),
    ])
  func methodNotAllowed(method: HTTPMethod, target: String, allow: String) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(method, target)
    #expect(response.code == 405)
    #expect(response.fields["Allow"] == allow)
    #expect(response.fields["Content-Type"] == "application/problem+json")
  }

  @Test("RFC 9110 9.3.7 OPTIONS answers the methods of a path, to anyone")
  func options() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.options, "/ssf/stream")
    #expect(response.code == 204)
    #expect(response.fields["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    #expect(response.body.isEmpty)
    #expect(try await transmitter.public.send(.options, "*").code == 204)
    #expect(try await transmitter.public.send(.options, "/nowhere").code == 404)
  }

  @Test("RFC 9110 9.3.2 HEAD is answered as GET is")
  func head() async throws {
    let transmitter = try await TestTransmitter()
    let get = try await transmitter.public.send(.get, "/.well-known/ssf-configuration")
    let head = try await transmitter.public.send(.head, "/.well-known/ssf-configuration")
    #expect(head.code == 200)
    #expect(head.fields == get.fields)
    #expect(try await transmitter.public.send(.head, "/ssf/stream").code == 401)
    let token = try await transmitter.token()
    #expect(try await transmitter.public.send(.head, "/ssf/stream", token: token).code == 200)
  }

  @Test("every answer of a management endpoint may not be stored")
  func noStore() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let api = transmitter.public
    let created = try await api.send(.post, "/ssf/stream", token: token, .streamRequest())
    let id = try #require(try created.json["stream_id"]?.stringValue)
    let body: JSONValue = ["stream_id": .string(id), "status": "paused"]
    let responses = [
      created, try await api.send(.get, "/ssf/stream", token: token),
      try await api.send(.get, "/ssf/stream?stream_id=\(id)", token: token),
      try await api.send(.patch, "/ssf/stream", token: token, ["stream_id": .string(id)]),
      try await api.send(.get, "/ssf/status?stream_id=\(id)", token: token),
      try await api.send(.post, "/ssf/status", token: token, body),
      try await api.send(.post, "/ssf/verify", token: token, ["stream_id": .string(id)]),
      try await api.send(.delete, "/ssf/stream?stream_id=\(id)", token: token),
      try await api.send(.delete, "/ssf/stream?stream_id=\(id)", token: token),
    ]
    #expect(responses.map(\.code) == [201, 200, 200, 200, 200, 200, 204, 204, 404])
    for response in responses { #expect(response.fields["Cache-Control"] == "no-store") }
  }

  @Test("the two listeners serve their own paths only")
  func listenersAreSeparate() async throws {
    let transmitter = try await TestTransmitter()
    let token = transmitter.adminToken
    for target in ["/v1/clients", "/v1/streams", "/v1/keys", "/v1/events", "/readyz"] {
      #expect(try await transmitter.public.send(.get, target, token: token).code == 404)
    }
    for target in ["/ssf/stream", "/ssf/status", "/ssf/jwks", "/.well-known/ssf-configuration"] {
      #expect(try await transmitter.admin.send(.get, target, token: token).code == 404)
    }
  }

  @Test("a body may be 256 KiB, at the events endpoint 1 MiB")
  func bodyLimits() async throws {
    let transmitter = try await TestTransmitter()
    let limit = { (listener: TestListener, target: String) in
      listener.handler.bodyLimit(RequestHead(method: .post, target: try RequestTarget(parsing: target)))
    }
    #expect(try limit(transmitter.public, "/ssf/stream") == 256 << 10)
    #expect(try limit(transmitter.admin, "/v1/clients") == 256 << 10)
    #expect(try limit(transmitter.admin, "/v1/events") == 1 << 20)
  }

  @Test(
    "what the server itself refuses is told as a problem, too",
    arguments: [
      (ServerFailure.headerTimeout, 408), (.misdirected, 421), (.tooManyConnections, 503),
    ])
  func serverFailures(failure: ServerFailure, code: Int) async throws {
    let transmitter = try await TestTransmitter()
    let response = transmitter.public.handler.renderFailure(failure, nil)
    #expect(response.code == code)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    #expect(try response.json["type"] == "urn:ssf-transmitter:problem:malformed-message")
    #expect(try response.json["detail"]?.stringValue == failure.description)
  }
}
