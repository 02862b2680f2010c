import HTTP
import HTTPServer
import JSON
import TestSupport
import Testing
import Transmitter

@Suite struct ErrorStyleTests {
  private func expectChallenge(_ response: Response) {
    guard [401, 403].contains(response.code) else { return }
    #expect(response.fields["WWW-Authenticate"]?.hasPrefix("Bearer ") == true)
  }

  /// What SDKs wait by; Okta's crash without the instant of the reset.
  private func expectTimeToWait(_ response: Response, _ transmitter: TestTransmitter) throws {
    guard [429, 503].contains(response.code) else { return }
    let wait = try #require(response.fields["Retry-After"].flatMap(Int64.init))
    #expect(wait > 0)
    #expect(response.fields["X-Rate-Limit-Limit"] == "1")
    #expect(response.fields["X-Rate-Limit-Remaining"] == "0")
    #expect(response.fields["X-Rate-Limit-Reset"] == "\(transmitter.clock.now.seconds + wait)")
  }

  @Test("every refusal of the Okta family is an Okta Error in JSON", arguments: Refusal.all)
  func okta(refusal: Refusal) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await refusal.provoke(transmitter, .okta)
    #expect(response.code == refusal.status)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "no-store")
    expectChallenge(response)
    try expectTimeToWait(response, transmitter)
    let body = try response.json
    #expect(body.memberNames == ["errorCauses", "errorCode", "errorId", "errorLink", "errorSummary"])
    #expect(body["errorCode"]?.stringValue == refusal.oktaCode)
    #expect(body["errorLink"] == body["errorCode"])
    #expect(body["errorSummary"]?.stringValue?.isEmpty == false)
    #expect(body["errorId"]?.stringValue == response.fields["X-Okta-Request-Id"])
    for cause in try #require(body["errorCauses"]?.arrayValue) {
      #expect(cause.memberNames == ["errorSummary"])
      #expect(cause["errorSummary"]?.stringValue?.isEmpty == false)
    }
  }

  @Test(
    "every refusal of the SailPoint family is an ErrorResponseDto, but for 401 and 429",
    arguments: Refusal.all)
  func sailPoint(refusal: Refusal) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await refusal.provoke(transmitter, .sailPoint)
    #expect(response.code == refusal.status)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "no-store")
    expectChallenge(response)
    try expectTimeToWait(response, transmitter)
    let body = try response.json
    switch response.code {
    case 401: #expect(body.memberNames == ["error"])
    case 429: #expect(body.memberNames == ["message"])
    default:
      #expect(body.memberNames == ["causes", "detailCode", "messages", "trackingId"])
      #expect(body["detailCode"]?.stringValue == refusal.sailPointCode)
      #expect(body["trackingId"]?.stringValue?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
      try expectMessages(body["messages"], count: 1...1)
      try expectMessages(body["causes"], count: 0...2)
    }
  }

  private func expectMessages(_ json: JSONValue?, count: ClosedRange<Int>) throws {
    let messages = try #require(json?.arrayValue)
    #expect(count.contains(messages.count))
    for message in messages {
      #expect(message.memberNames == ["locale", "localeOrigin", "text"])
      #expect(message["locale"] == "en-US")
      #expect(message["localeOrigin"] == "DEFAULT")
      #expect(message["text"]?.stringValue?.isEmpty == false)
    }
  }

  @Test("RFC 9457 every refusal of the standard family is a problem", arguments: Refusal.all)
  func problem(refusal: Refusal) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await refusal.provoke(transmitter, .standard)
    guard refusal.name != "member missing" else { return }
    #expect(response.code == refusal.status)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    #expect(try response.json["status"]?.integerValue == Int64(refusal.status))
    expectChallenge(response)
    try expectTimeToWait(response, transmitter)
  }

  @Test(
    "what is not there is refused in the style of the family whose path it is below",
    arguments: [
      ("/api/v1/nowhere", "errorCode"), ("/api/v1", "errorCode"), ("/api/v1/ssf/stream/", "errorCode"),
      ("/oauth2/v1/nowhere", "errorCode"), ("/ssf/v1/nowhere", "detailCode"), ("/ssf/v1", "detailCode"),
      ("/.well-known/v1/nowhere", "detailCode"), ("/v2025/ssf/nowhere", "detailCode"),
      ("/latest/nowhere", "detailCode"), ("/ssf/nowhere", "type"), ("/ssf/v1x", "type"), ("/api/v10", "type"),
      ("/api", "type"), ("/", "type"), ("/.well-known/nowhere", "type"),
    ], ["", "/tenant"])
  func unknownPath(unknown: (path: String, member: String), prefix: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = "https://tr.example.com/tenant" }
    let response = try await transmitter.public.send(.get, prefix + unknown.path)
    #expect(response.code == 404)
    #expect(try response.json[unknown.member] != nil)
  }

  @Test("what cannot be read is a problem, and so is a server that is full")
  func unknownTarget() async throws {
    let transmitter = try await TestTransmitter()
    let response = transmitter.public.handler.renderFailure(.tooManyConnections, nil)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    try expectTimeToWait(response, transmitter)
  }
}
