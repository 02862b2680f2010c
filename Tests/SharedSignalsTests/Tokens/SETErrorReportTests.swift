import JSON
import SharedSignals
import Testing

@Suite struct SETErrorReportTests {
  @Test(
    "RFC 8935 2.4 the registered names",
    arguments: [
      ("invalid_request", SETErrorCode.invalidRequest), ("invalid_key", .invalidKey),
      ("invalid_issuer", .invalidIssuer), ("invalid_audience", .invalidAudience),
      ("authentication_failed", .authenticationFailed), ("access_denied", .accessDenied),
      ("invalid_state", .invalidState),
    ])
  func names(name: String, code: SETErrorCode) {
    #expect(SETErrorCode(rawValue: name) == code)
    #expect(code.rawValue == name)
    #expect(code.isRegistered)
  }

  @Test("RFC 8935 2.3 an error body tells code and description")
  func body() throws {
    let report = try #require(
      SETErrorReport(
        body: Array(#"{"err":"authentication_failed","description":"Access token has expired."}"#.utf8)))
    #expect(report.code == .authenticationFailed)
    #expect(report.description == "Access token has expired.")
  }

  @Test("a code outside the registry and a missing description are taken as they are")
  func leniency() throws {
    let report = try #require(SETErrorReport(json: ["err": "quota_2", "more": 1]))
    #expect(report.code.rawValue == "quota_2")
    #expect(!report.code.isRegistered)
    #expect(report.description == nil)
  }

  @Test("a code is a name, no longer than 64 bytes")
  func length() {
    let longest = String(repeating: "x", count: 64)
    #expect(SETErrorCode(rawValue: longest)?.rawValue == longest)
    #expect(SETErrorCode(rawValue: longest + "x") == nil)
  }

  @Test(
    "a body that is no SET error is not taken for one",
    arguments: [
      "", "<html>Bad Gateway</html>", "[]", "{}", #"{"err":1}"#, #"{"err":""}"#, #"{"err":"two words"}"#,
      #"{"error":"invalid_request"}"#,
    ])
  func otherBodies(body: String) { #expect(SETErrorReport(body: Array(body.utf8)) == nil) }
}
