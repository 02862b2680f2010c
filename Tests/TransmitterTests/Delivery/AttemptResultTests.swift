import HTTP
import SharedSignals
import Testing

@testable import Transmitter

@Suite struct AttemptResultTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)

  private func result(
    _ status: Int, body: String = "", fields: HTTPFields = [:], now: Timestamp = Self.now
  ) -> AttemptResult {
    AttemptResult(status: HTTPStatus(code: status), fields: fields, body: Array(body.utf8), now: now)
  }

  @Test("PUSH-3 any 2xx is a delivery", arguments: [200, 201, 202, 204, 206, 299])
  func accepted(status: Int) {
    #expect(result(status) == AttemptResult(.accepted, code: "http_\(status)", status: status))
  }

  @Test(
    "a redirect is a failure that is tried again, never followed", arguments: [300, 301, 302, 304, 307, 308])
  func redirects(status: Int) {
    let answer = result(status, fields: ["Location": "https://example.com/"])
    #expect(answer == AttemptResult(.failed, code: "redirect_refused", status: status))
  }

  @Test(
    "a 400 that says which error it is: some may pass, some end the event, some are tried twice more",
    arguments: [
      ("invalid_key", AttemptResult.Kind.keyUnknown),
      ("authentication_failed", .denied),
      ("access_denied", .denied),
      ("invalid_request", .refused),
      ("invalid_state", .refused),
      ("something_new", .refused),
      ("invalid_issuer", .rejected),
      ("invalid_audience", .rejected),
    ])
  func errorCodes(code: String, kind: AttemptResult.Kind) {
    let answer = result(400, body: #"{"err":"\#(code)","description":"why"}"#)
    #expect(answer == AttemptResult(kind, code: code, status: 400))
  }

  @Test(
    "a 400 that nobody can read is the event's rejection",
    arguments: [
      "", "<html>", "{", "[]", "{}", #"{"err":7}"#, #"{"err":""}"#, #"{"err":"no such code"}"#,
      #"{"error":"invalid_request"}"#,
    ])
  func unreadable(body: String) {
    #expect(result(400, body: body) == AttemptResult(.rejected, code: "http_400", status: 400))
  }

  @Test("a 400 whose error is longer than a name says nothing that can be read")
  func longErrorCode() {
    let answer = result(400, body: #"{"err":"\#(String(repeating: "x", count: 65))"}"#)
    #expect(answer == AttemptResult(.rejected, code: "http_400", status: 400))
  }

  @Test(
    "faults of the way and of the server are tried again",
    arguments: [404, 408, 425, 429, 500, 501, 502, 503, 504, 599])
  func failures(status: Int) {
    #expect(
      result(status, body: #"{"err":"invalid_request"}"#)
        == AttemptResult(.failed, code: "http_\(status)", status: status))
  }

  @Test("an answer that lets nobody in says nothing of the event", arguments: [401, 403])
  func denials(status: Int) {
    #expect(
      result(status, body: #"{"err":"invalid_request"}"#)
        == AttemptResult(.denied, code: "http_\(status)", status: status))
  }

  @Test("410 ends the endpoint, not the event")
  func gone() {
    #expect(result(410) == AttemptResult(.gone, code: "http_410", status: 410))
  }

  @Test("an event that is too large will not shrink")
  func tooLarge() {
    #expect(result(413) == AttemptResult(.refused, code: "http_413", status: 413))
  }

  @Test(
    "any other 4xx is the event's rejection", arguments: [402, 405, 406, 409, 411, 415, 422, 431, 451, 499])
  func otherClientErrors(status: Int) {
    #expect(result(status) == AttemptResult(.rejected, code: "http_\(status)", status: status))
  }

  @Test(
    "P7 Retry-After is read as seconds or date, at least a second, at most a day",
    arguments: [
      ("120", Duration.seconds(120)),
      ("0", .seconds(1)),
      ("86400", .seconds(86_400)),
      ("86401", .seconds(86_400)),
      ("99999999999999999999999", .seconds(86_400)),
      ("Fri, 15 Jan 2027 08:00:30 GMT", .seconds(30)),
      ("Fri, 15 Jan 2027 07:59:00 GMT", .seconds(1)),
      ("Fri, 15 Jan 2038 08:00:00 GMT", .seconds(86_400)),
    ])
  func retryAfter(value: String, wait: Duration) {
    #expect(Self.now.description.hasPrefix("2027-01-15T08:00:00"))
    for status in [429, 503] {
      #expect(result(status, fields: ["Retry-After": value]).kind == .deferred(wait))
    }
  }

  @Test("P7 a date is not undercut by the part of a second that has passed")
  func retryAfterWithinSecond() {
    let fields: HTTPFields = ["Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT"]
    let now = Self.now + .milliseconds(999)
    guard case .deferred(let wait) = result(503, fields: fields, now: now).kind else {
      return #expect(Bool(false))
    }
    #expect(now + wait >= Self.now + .seconds(30))
  }

  @Test("a Retry-After that cannot be read is none", arguments: ["", "soon", "-5", "1.5", "+3", "1 2", "٣"])
  func unreadableRetryAfter(value: String) {
    #expect(result(503, fields: ["Retry-After": value]).kind == .failed)
  }

  @Test("Retry-After means nothing on other answers", arguments: [500, 404])
  func retryAfterElsewhere(status: Int) {
    #expect(result(status, fields: ["Retry-After": "60"]).kind == .failed)
  }

  @Test("a fault of our own has its cause with it, no longer than a line of the log")
  func unsent() {
    let result = AttemptResult.unsent(code: "signing_failed", StoreError.closed)
    #expect(result.kind == .unsent && result.cause == StoreError.closed.description)
    let long = StoreError.cannotCopy(String(repeating: "x", count: 5000), "")
    #expect(AttemptResult.unsent(code: "signing_failed", long).cause?.count == 300)
  }
}
