import HTTP
import JSON
import TestSupport
import Testing

@testable import Transmitter

@Suite struct IntrospectorTests {
  private let clock = TestClock()
  private let provider: TestIdentityProvider
  private let introspector: Introspector

  init() throws {
    provider = try TestIdentityProvider()
    introspector = Introspector(
      Introspection(
        endpoint: try provider.site.url("/introspect"), clientID: "s s:f", clientSecret: "100% ö",
        takesOpaqueTokens: true), rules: provider.rules, http: try .toLoopback(),
      environment: .testing(clock: clock))
  }

  private func answer(_ changes: JSONObject = [:]) {
    var answer: JSONObject = [
      "active": true, "client_id": "app", "scope": "ssf.read", "aud": .string(TestIdentityProvider.audience),
      "exp": .integer(clock.now.seconds + 3600),
    ]
    for change in changes { answer[change.name] = change.value == .null ? JSONValue?.none : change.value }
    provider.change { $0.introspection = .object(answer) }
  }

  private enum Verdict: Equatable {
    case granted(AccessGrant)
    case bad
    case undecided

    var isGranted: Bool { if case .granted = self { true } else { false } }
  }

  private func verdict(_ token: String = "opaque") async -> Verdict {
    do throws(AuthenticationFailure) {
      return .granted(try await introspector.grant(for: token))
    } catch {
      if case .unavailable = error { return .undecided }
      return .bad
    }
  }

  private var questions: Int { provider.site.count("/introspect") }

  @Test("RFC 7662 2.1 the issuer is asked with the token in a form, and told who asks")
  func request() async throws {
    answer()
    #expect(await verdict("a+b/c=").isGranted)
    let request = try #require(provider.site.received.first)
    #expect(request.method == .post)
    #expect(request.mediaType == "application/x-www-form-urlencoded")
    #expect(
      String(decoding: request.body, as: UTF8.self) == "token=a%2Bb%2Fc%3D&token_type_hint=access_token")
    // RFC 6749 2.3.1: s+s%3Af:100%25+%C3%B6
    #expect(request.fields["Authorization"] == "Basic cytzJTNBZjoxMDAlMjUrJUMzJUI2")
  }

  @Test("RFC 7662 2.2 an active token grants what the answer says")
  func active() async throws {
    answer(["cnf": ["jkt": "thumb"]])
    let expires = Timestamp(milliseconds: (clock.now.seconds + 3600) * 1000)
    #expect(
      await verdict()
        == .granted(AccessGrant(clientID: "app", scopes: [.read], keyThumbprint: "thumb", expires: expires)))
  }

  @Test(
    "RFC 7662 4 an inactive token, and one that is not for us, is bad",
    arguments: [
      ["active": false], ["aud": "other"], ["aud": nil], ["iss": "other"], ["exp": 5], ["client_id": nil],
      ["token_type": "refresh_token"], ["token_use": "refresh_token"], ["nbf": 9_000_000_000],
    ] as [JSONObject])
  func inactive(change: JSONObject) async {
    answer(change)
    #expect(await verdict() == .bad)
  }

  @Test(
    "what is no answer says nothing about the token",
    arguments: [
      ["active": "true"], ["active": 1], ["active": nil], [:], [], "active",
    ] as [JSONValue])
  func noAnswer(body: JSONValue) async {
    provider.change { $0.introspection = body }
    #expect(await verdict() == .undecided)
  }

  @Test(
    "RFC 7662 4 fail closed: an error says nothing about the token, and is not kept",
    arguments: [HTTPStatus.unauthorized, .internalServerError, .tooManyRequests, HTTPStatus(code: 302)])
  func outage(status: HTTPStatus) async {
    answer()
    provider.change { $0.introspectionStatus = status }
    #expect(await verdict() == .undecided)
    provider.change { $0.introspectionStatus = .ok }
    #expect(await verdict().isGranted)
  }

  @Test("answers are kept for a while, good ones for 30 s, bad ones for 5 s")
  func cache() async {
    answer()
    for _ in 0..<3 { #expect(await verdict().isGranted) }
    #expect(questions == 1)
    answer(["active": false])
    clock.advance(by: .seconds(29))
    #expect(await verdict().isGranted)
    clock.advance(by: .seconds(1))
    #expect(await verdict() == .bad)
    #expect(await verdict() == .bad)
    #expect(questions == 2)
    clock.advance(by: .seconds(5))
    #expect(await verdict() == .bad)
    #expect(questions == 3)
  }

  @Test("a token is asked about once at a time, and 64 tokens at most")
  func concurrency() async throws {
    answer()
    let gate = Gate()
    provider.change { $0.gate = gate }
    let verdicts = await withTaskGroup(of: Verdict.self) { group in
      for number in 0..<64 {
        for _ in 0..<2 { group.addTask { await verdict("t\(number)") } }
      }
      try? await eventually("all are asked about") { questions == 64 }
      #expect(await verdict("one more") == .undecided)
      gate.open()
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(verdicts.filter { $0.isGranted }.count == 128)
    #expect(questions == 64)
  }
}
