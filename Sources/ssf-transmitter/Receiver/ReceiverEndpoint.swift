import Glibc
import HTTP
import HTTPServer
import JSON
import SharedSignals

/// The HTTP side of a push receiver: takes SETs, answers 202 or the error of RFC 8935 §2.3, prints what it took.
struct ReceiverEndpoint: Sendable {
  let verifier: TokenVerifier
  let authorizationHeader: String?

  var handler: ServerHandler {
    ServerHandler(
      bodyLimit: { _ in 256 << 10 },
      respond: { request, _ in await receive(request) },
      renderFailure: { failure, _ in
        Self.refusal(.invalidRequest, failure.description, status: failure.status)
      })
  }

  private func receive(_ request: Request) async -> Response {
    guard request.method == .post else {
      return Response(status: .methodNotAllowed, fields: ["Allow": "POST"])
    }
    guard authorizationHeader == nil || request.fields["Authorization"] == authorizationHeader else {
      return Self.refusal(.authenticationFailed, "the Authorization header is not the agreed one")
    }
    guard request.mediaType == SecurityEventToken.mediaType else {
      return Self.refusal(.invalidRequest, "the Content-Type must be \(SecurityEventToken.mediaType)")
    }
    do {
      let token = try await verifier.verify(request.body)
      Terminal.say(token.claims().text(.pretty))
      return Response(status: .accepted)
    } catch VerifierError.refused(let code, let text) {
      return Self.refusal(code, text)
    } catch let error as VerifierError {
      // The keys cannot be had now; the transmitter is to come again, not to give the SET up.
      return Self.refusal(.invalidKey, "\(error)", status: .serviceUnavailable)
    } catch {
      return Self.refusal(.invalidRequest, "\(error)")
    }
  }

  private static func refusal(
    _ code: SETErrorCode, _ text: String, status: HTTPStatus = .badRequest
  ) -> Response {
    Terminal.complain("refused a SET: \(code): \(text)")
    return Response(
      status: status, fields: ["Content-Type": "application/json", "Content-Language": "en"],
      body: JSONValue.object(["err": .string(code.rawValue), "description": .string(text)]).serialized())
  }
}
