import HTTP
import HTTPServer
import JSON
import SharedSignals
import Sockets
import TestSupport
import Testing

@testable import ssf_transmitter

@Suite(.timeLimit(.minutes(1))) struct ReceiverEndpointTests {
  private func push(
    _ body: [UInt8], to endpoint: ReceiverEndpoint,
    fields: HTTPFields = ["Content-Type": "application/secevent+jwt"],
    method: HTTPMethod = .post
  ) async throws -> Response {
    let head = RequestHead(method: method, target: try RequestTarget(parsing: "/any/path"), fields: fields)
    return await endpoint.handler.respond(Request(head: head, body: body), .loopback)
  }

  private func error(_ response: Response) throws -> JSONValue? {
    try JSONValue(parsing: response.body)["err"]
  }

  @Test("RFC 8935 2.2 a good SET is 202 without a body")
  func accepted() async throws {
    let issuer = try TestIssuer()
    let endpoint = ReceiverEndpoint(verifier: try await issuer.verifier(), authorizationHeader: nil)
    let response = try await push(issuer.token(), to: endpoint)
    #expect(response.status == .accepted)
    #expect(response.body.isEmpty)
  }

  @Test("RFC 8935 2.3 a SET that cannot be taken is 400 with its error code")
  func refused() async throws {
    let issuer = try TestIssuer()
    let endpoint = ReceiverEndpoint(verifier: try await issuer.verifier(), authorizationHeader: nil)
    let response = try await push(issuer.token(claims: ["iss": "https://other.example.com"]), to: endpoint)
    #expect(response.status == .badRequest)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Content-Language"] == "en")
    #expect(try error(response) == "invalid_issuer")
    #expect(try error(await push(Array("nonsense".utf8), to: endpoint)) == "invalid_request")
    #expect(try error(await push(issuer.token(claims: ["jti": nil]), to: endpoint)) == "invalid_request")
    #expect(try error(await push(issuer.token(), to: endpoint, fields: [:])) == "invalid_request")
  }

  @Test("RFC 8935 2.4 a SET without the agreed Authorization is refused")
  func authorization() async throws {
    let issuer = try TestIssuer()
    let endpoint = ReceiverEndpoint(
      verifier: try await issuer.verifier(), authorizationHeader: "Bearer agreed")
    var fields: HTTPFields = ["Content-Type": "application/secevent+jwt"]
    #expect(try error(await push(issuer.token(), to: endpoint, fields: fields)) == "authentication_failed")
    fields["Authorization"] = "Bearer other"
    #expect(try error(await push(issuer.token(), to: endpoint, fields: fields)) == "authentication_failed")
    fields["Authorization"] = "Bearer agreed"
    #expect(try await push(issuer.token(), to: endpoint, fields: fields).status == .accepted)
  }

  @Test("keys that cannot be fetched now are no fault of the SET: 503, so that it comes again")
  func keysUnreachable() async throws {
    let issuer = try TestIssuer()
    let endpoint = ReceiverEndpoint(verifier: try await issuer.verifier(), authorizationHeader: nil)
    let token = try issuer.token(keyID: "new")
    issuer.change { $0.keySetStatus = .serviceUnavailable }
    #expect(try await push(token, to: endpoint).status == .serviceUnavailable)
    issuer.stop()
    #expect(try await push(token, to: endpoint).status == .serviceUnavailable)
  }

  @Test("only POST is possible")
  func method() async throws {
    let endpoint = ReceiverEndpoint(verifier: try await TestIssuer().verifier(), authorizationHeader: nil)
    let response = try await push([], to: endpoint, method: .get)
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields["Allow"] == "POST")
  }
}
