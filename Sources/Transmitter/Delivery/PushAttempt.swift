import HTTP
package import HTTPClient
import JOSE
import SharedSignals

/// One attempt to push a SET: sign, send, read the answer (RFC 8935 §2).
package struct PushAttempt: Sendable {
  private let keys: KeyRing
  private let signing: SigningPool
  private let client: HTTPClient
  private let environment: Environment

  package init(keys: KeyRing, signing: SigningPool, client: HTTPClient, environment: Environment) {
    self.keys = keys
    self.signing = signing
    self.client = client
    self.environment = environment
  }

  /// Where a task best delivers now that has a SET of this stream.
  func loop(for stream: Stream) -> HTTPClient.Loop { client.loop(for: Int(stream.number)) }

  /// Never throws: whatever goes wrong is a result, and the state machine knows what to make of it.
  func deliver(
    _ delivery: PendingDelivery, on route: PushRoute, sentOn loop: HTTPClient.Loop,
    signedBy algorithm: SignatureAlgorithm
  ) async -> AttemptResult {
    if let problem = environment.clockProblem { return .unsent(code: "clock_not_set", problem) }
    // A signature takes most of an attempt's time: answers that have come go before it.
    await client.takeTurn(on: loop)
    let token: [UInt8]
    do {
      token = try await keys.signing(algorithm, for: .set) { try signing.signHere(delivery, with: $0) }
    } catch {
      return .unsent(code: "signing_failed", error)
    }
    do {
      let answer = try await client.send(request(token, on: route), on: loop)
      var result = AttemptResult(
        status: answer.status, fields: answer.fields, body: answer.body, now: environment.now())
      if result.kind != .accepted { result.answer = Array(answer.body.prefix(AttemptResult.longestAnswer)) }
      return result
    } catch {
      return AttemptResult(.failed, code: error.code)
    }
  }

  private func request(_ token: [UInt8], on route: PushRoute) -> ClientRequest {
    var fields: HTTPFields = [
      "Content-Type": SecurityEventToken.mediaType,
      "Accept": "application/json",
    ]
    if let header = route.target.authorizationHeader { fields["Authorization"] = header }
    return ClientRequest(
      method: .post, url: route.target.endpoint, fields: fields, body: token, identity: route.identity)
  }
}
