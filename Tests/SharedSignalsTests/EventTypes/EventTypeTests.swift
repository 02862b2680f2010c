import SharedSignals
import Testing

@Suite struct EventTypeTests {
  @Test(
    "short names stand for the URIs of CAEP, RISC and SSF",
    arguments: [
      ("session-revoked", "https://schemas.openid.net/secevent/caep/event-type/session-revoked"),
      ("risk-level-change", "https://schemas.openid.net/secevent/caep/event-type/risk-level-change"),
      ("sessions-revoked", "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked"),
      ("account-disabled", "https://schemas.openid.net/secevent/risc/event-type/account-disabled"),
      ("verification", "https://schemas.openid.net/secevent/ssf/event-type/verification"),
    ])
  func shortNames(name: String, uri: String) throws {
    let type = try EventType(shortOrURI: name)
    #expect(type.rawValue == uri)
    #expect(type.shortName == name)
    #expect(try EventType(shortOrURI: uri) == type)
  }

  @Test(
    "a custom type is any absolute URI and has no short name",
    arguments: [
      "https://schemas.okta.com/secevent/okta/event-type/user-risk-change",
      "urn:ietf:params:scim:event:prov:create:notice",
      "https://example.com/events/caf%C3%A9",
    ])
  func customTypes(uri: String) throws {
    let type = try EventType(shortOrURI: uri)
    #expect(type.isURI)
    #expect(type.shortName == nil)
  }

  @Test(
    "a mistyped name is refused with the name that was meant",
    arguments: [
      ("session-revoke", "session-revoked"),
      ("sesion-revoked", "session-revoked"),
      ("Session_Revoked", "session-revoked"),
      ("sessions-revokd", "sessions-revoked"),
      ("account-dissabled", "account-disabled"),
      ("opt-out-canceled", "opt-out-cancelled"),
    ])
  func mistypedNames(typed: String, meant: String) {
    let error = #expect(throws: EventTypeError.self) { try EventType(shortOrURI: typed) }
    #expect(error?.nearest == meant)
    #expect(error?.description.hasSuffix("did you mean \(meant)?") == true)
  }

  @Test(
    "a text like no name is refused without a guess", arguments: ["", "password", "/path/only", "http//a"])
  func unlikeNames(typed: String) {
    let error = #expect(throws: EventTypeError.self) { try EventType(shortOrURI: typed) }
    #expect(error?.nearest == nil)
  }

  @Test("a very long text is refused at once")
  func longText() {
    let error = #expect(throws: EventTypeError.self) {
      try EventType(shortOrURI: String(repeating: "x-", count: 1_000_000))
    }
    #expect(error?.nearest == nil)
  }
}
