import API
import HTTP
import JSON
import TestSupport
import Testing

@testable import Transmitter

@Suite(.serialized) struct RateLimitTests {
  /// Three calls at once, then one a second.
  private static let three = TokenBucket.Rate(1, per: .seconds(1), burst: 3)

  private func transmitter(_ policy: RateLimits.Policy) async throws -> TestTransmitter {
    try await TestTransmitter { $0.rateLimits = policy }
  }

  /// Calls until it is refused, and answers the refusal and how many calls went before.
  private func exhaust(
    _ listener: TestListener, _ token: String, _ path: String = "/ssf/stream"
  ) async throws -> (calls: Int, refusal: Response) {
    for calls in 0...200 {
      let answer = try await listener.send(.get, path, token: token)
      if answer.code == 429 { return (calls, answer) }
    }
    throw Unlimited()
  }

  private struct Unlimited: Error {}

  // MARK: - Clients

  @Test("a client may manage 50 times a second, 100 times at once, and its neighbour does not notice")
  func management() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    let token = try await transmitter.token()
    #expect(try await exhaust(transmitter.public, token).calls == 100)
    let neighbour = try await transmitter.token("neighbour")
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: neighbour).code == 200)
    transmitter.clock.advance(by: .milliseconds(100))
    #expect(try await exhaust(transmitter.public, token).calls == 5)
  }

  @Test("all tokens of a client share its limit, and so do all families")
  func shared() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    let tokens = [try await transmitter.token(), try await transmitter.token()]
    let paths = ["/ssf/stream", "/api/v1/ssf/stream", "/ssf/v1/streams"]
    for (index, path) in paths.enumerated() {
      #expect(try await transmitter.public.send(.get, path, token: tokens[index % 2]).code == 200)
    }
    for path in paths {
      #expect(try await transmitter.public.send(.get, path, token: tokens[0]).code == 429)
    }
  }

  @Test("a call tells how the client stands, as the draft of the RateLimit fields has it")
  func fields() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    let token = try await transmitter.token()
    let first = try await transmitter.public.send(.get, "/ssf/stream", token: token)
    #expect(first.fields["RateLimit-Policy"] == "\"management\";q=3;w=3")
    #expect(first.fields["RateLimit"] == "\"management\";r=2;t=1")
    #expect(first.fields["Retry-After"] == nil)
    #expect(first.fields["X-Rate-Limit-Limit"] == nil)
    let missing = try await transmitter.public.send(.get, "/ssf/stream?stream_id=x", token: token)
    #expect(missing.code == 404)
    #expect(missing.fields["RateLimit"] == "\"management\";r=1;t=2")
    let refusal = try await exhaust(transmitter.public, token).refusal
    #expect(refusal.fields["RateLimit"] == "\"management\";r=0;t=1")
    #expect(refusal.fields["Retry-After"] == "1")
    #expect(try refusal.json["type"] == "urn:ssf-transmitter:problem:too-soon")
  }

  @Test("Okta's family tells it in Okta's fields too, always")
  func oktaFields() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    let token = try await transmitter.token()
    let path = "/api/v1/ssf/stream"
    let now = transmitter.clock.now.seconds
    let first = try await transmitter.public.send(.get, path, token: token)
    #expect(first.fields["X-Rate-Limit-Limit"] == "3")
    #expect(first.fields["X-Rate-Limit-Remaining"] == "2")
    #expect(first.fields["X-Rate-Limit-Reset"] == "\(now + 1)")
    let refusal = try await exhaust(transmitter.public, token, path).refusal
    #expect(refusal.fields["X-Rate-Limit-Limit"] == "3")
    #expect(refusal.fields["X-Rate-Limit-Remaining"] == "0")
    #expect(refusal.fields["X-Rate-Limit-Reset"] == "\(now + 1)")
    #expect(try refusal.json["errorCode"] == "E0000047")
  }

  @Test("where another limit refuses, Okta's fields tell of that one")
  func otherLimit() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    var answer = Response(status: .ok)
    for _ in 1...2 {
      answer = try await transmitter.public.send(
        .post, "/api/v1/ssf/stream/verification", token: token, ["stream_id": .string(id), "state": "s"])
    }
    #expect(answer.code == 429)
    #expect(answer.fields["X-Rate-Limit-Reset"] == "\(transmitter.clock.now.seconds + 60)")
    #expect(answer.fields["X-Rate-Limit-Remaining"] == "0")
  }

  @Test("SailPoint's family answers 429 with a message")
  func sailPoint() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    let token = try await transmitter.token()
    let refusal = try await exhaust(transmitter.public, token, "/ssf/v1/streams").refusal
    #expect(try refusal.json == ["message": "this client calls too often; try again in 1 s"])
    #expect(refusal.fields["Retry-After"] == "1")
  }

  @Test("polls and submissions have limits of their own, and none by default")
  func classes() async throws {
    let transmitter = try await transmitter(
      RateLimits.Policy(management: Self.three, polls: Self.three, intake: Self.three))
    let token = try await transmitter.token()
    _ = try await exhaust(transmitter.public, token)
    let poll: JSONValue = ["returnImmediately": true]
    var polls: [Int] = []
    var submissions: [Int] = []
    for _ in 1...4 {
      polls.append(try await transmitter.public.send(.post, "/ssf/poll/none", token: token, poll).code)
      submissions.append(
        try await transmitter.admin.send(.post, "/v1/events", token: transmitter.adminToken, [:]).code)
    }
    #expect(polls == [404, 404, 404, 429])
    #expect(submissions == [400, 400, 400, 429])

    let usual = try await self.transmitter(RateLimits.Policy(management: Self.three))
    let other = try await usual.token()
    for _ in 1...150 {
      let answer = try await usual.public.send(.post, "/ssf/poll/none", token: other, poll)
      #expect(answer.code == 404)
      #expect(answer.fields["RateLimit"] == nil)
    }
  }

  @Test("administrators may work as fast as they can")
  func administrators() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    for _ in 1...10 {
      #expect(
        try await transmitter.admin.send(.get, "/v1/streams", token: transmitter.adminToken).code == 200)
    }
  }

  // MARK: - Failed authentication

  @Test("an address may fail 20 times a minute to authenticate; good tokens from there stay good")
  func failures() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    let token = try await transmitter.token()
    let stranger = transmitter.public.called(from: "198.51.100.1")
    for _ in 1...20 { #expect(try await stranger.send(.get, "/ssf/stream", token: "bad").code == 401) }
    let refused = try await stranger.send(.get, "/ssf/stream", token: "bad")
    #expect(refused.code == 429)
    #expect(refused.fields["Retry-After"] == "3")
    #expect(refused.fields["RateLimit-Policy"] == "\"authentication-failures\";q=20;w=60")
    #expect(refused.fields["WWW-Authenticate"] == nil)
    #expect(try await stranger.send(.get, "/ssf/stream", token: token).code == 200)
    let other = transmitter.public.called(from: "198.51.100.2")
    #expect(try await other.send(.get, "/ssf/stream", token: "bad").code == 401)
    transmitter.clock.advance(by: .seconds(3))
    #expect(try await stranger.send(.get, "/ssf/stream", token: "bad").code == 401)
    #expect(try await stranger.send(.get, "/ssf/stream", token: "bad").code == 429)
  }

  @Test("the listeners share the count of an address, and an IPv6 /64 counts as one")
  func oneCount() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    for number in 1...20 {
      let isPublic = number.isMultiple(of: 2)
      let stranger = (isPublic ? transmitter.public : transmitter.admin).called(from: "2001:db8::\(number)")
      let answer = try await stranger.send(.get, isPublic ? "/ssf/stream" : "/v1/streams", token: "bad")
      #expect(answer.code == 401)
    }
    let stranger = transmitter.public.called(from: "2001:db8::ffff")
    #expect(try await stranger.send(.get, "/ssf/stream", token: "bad").code == 429)
  }

  @Test("calls without credentials, with too few rights, and from this machine are not counted")
  func exempt() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    let reader = try await transmitter.token("reader", [.read])
    let stranger = transmitter.public.called(from: "198.51.100.1")
    for _ in 1...30 {
      #expect(try await stranger.send(.get, "/ssf/stream").code == 401)
      #expect(try await stranger.send(.post, "/ssf/stream", token: reader, .streamRequest()).code == 403)
      #expect(try await transmitter.public.send(.get, "/ssf/stream", token: "bad").code == 401)
    }
    #expect(try await stranger.send(.get, "/ssf/stream", token: "bad").code == 401)
  }

  @Test("the token endpoint counts too")
  func tokenEndpoint() async throws {
    let transmitter = try await transmitter(RateLimits.Policy())
    let stranger = transmitter.public.called(from: "198.51.100.1")
    var codes: [Int] = []
    for _ in 1...21 {
      let answer = try await stranger.send(
        .post, "/oauth/token", text: "grant_type=client_credentials&client_id=a&client_secret=b",
        fields: ["Content-Type": "application/x-www-form-urlencoded"])
      codes.append(answer.code)
    }
    #expect(codes == Array(repeating: 401, count: 20) + [429])
  }

  @Test("RFC 7523 3 a client that comes too often has not used its assertion up")
  func refusedAssertion() async throws {
    let client = try await TokenClient(rateLimits: RateLimits.Policy(management: Self.three))
    for _ in 1...3 { #expect(try await client.ask(client.secretForm).code == 200) }
    let assertion = try client.assertion()
    #expect(try await client.ask(withAssertion: assertion).code == 429)
    client.transmitter.clock.advance(by: .seconds(2))
    #expect(try await client.ask(withAssertion: assertion).code == 200)
    #expect(try await client.ask(withAssertion: assertion).code == 401)
  }

  @Test("a client that gets tokens has its calls counted with them, and one that fails is counted nothing")
  func tokens() async throws {
    let transmitter = try await transmitter(RateLimits.Policy(management: Self.three))
    let secret = transmitter.access.newSecret()
    try await transmitter.access.createClient(
      id: "app", description: nil, audience: nil, scopes: [.read], secret: secret)
    func ask(_ secret: String, _ path: String = "/oauth/token") async throws -> Response {
      try await transmitter.public.send(
        .post, path, text: "grant_type=client_credentials&client_id=app&client_secret=\(secret)",
        fields: ["Content-Type": "application/x-www-form-urlencoded"])
    }
    #expect(try await ask("wrong").code == 401)
    let token = try #require(try await ask(secret.text).json["access_token"]?.stringValue)
    #expect(try await ask(secret.text, "/oauth2/v1/token").code == 200)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 200)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 429)
    for path in ["/oauth/token", "/oauth2/v1/token"] {
      let refused = try await ask(secret.text, path)
      #expect(refused.code == 429)
      #expect(try refused.json["error"] == "temporarily_unavailable")
      #expect(refused.fields["RateLimit-Policy"] == "\"management\";q=3;w=3")
      #expect(refused.fields["X-Rate-Limit-Limit"] == "3")
    }
  }
}
