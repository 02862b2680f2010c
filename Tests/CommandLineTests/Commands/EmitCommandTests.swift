import ArgumentParser
import JSON
import Testing

@testable import ssf_transmitter

@Suite struct EmitCommandTests {
  private func submission(_ arguments: String...) throws -> JSONValue {
    try EmitCommand.parse(arguments).event.submission()
  }

  @Test("the shortest submission is a type and an e-mail address")
  func shortest() throws {
    #expect(
      try submission("session-revoked", "--email", "jane@example.com") == [
        "type": "session-revoked", "subject": ["format": "email", "email": "jane@example.com"],
      ])
  }

  @Test("every flag finds its member")
  func everything() throws {
    let submission = try submission(
      "credential-change", "--iss-sub", "https://idp.example.com 1234", "--member", "change_type=update",
      "--member", "credential_type=password", "--member", "x509_serial=42", "--member", "list=[1,\"a\"]",
      "--member", "text=a=b", "--member", "empty=", "--reason-admin", "laptop stolen", "--reason-user",
      "sorry",
      "--initiating-entity", "policy", "--txn", "ticket-4711")
    #expect(
      submission == [
        "type": "credential-change",
        "subject": ["format": "iss_sub", "iss": "https://idp.example.com", "sub": "1234"],
        "members": [
          "change_type": "update", "credential_type": "password", "x509_serial": 42, "list": [1, "a"],
          "text": "a=b", "empty": "", "initiating_entity": "policy", "reason_admin": ["en": "laptop stolen"],
          "reason_user": ["en": "sorry"],
        ],
        "txn": "ticket-4711",
      ])
  }

  @Test("a subject may be given as JSON")
  func subject() throws {
    let submission = try submission("session-revoked", "--subject", #"{"format":"opaque","id":"x"}"#)
    #expect(submission["subject"] == ["format": "opaque", "id": "x"])
  }

  @Test(
    "a submission without one subject, or with a broken flag, is refused with what to write instead",
    arguments: [
      ([], "one of --email, --iss-sub or --subject"),
      (["--email", "a@b.example", "--iss-sub", "a b"], "one of --email, --iss-sub or --subject"),
      (["--subject", "{"], "--subject is not valid JSON"),
      (["--iss-sub", "onlyone"], "--iss-sub wants two parts"),
      (["--iss-sub", "a b c"], "--iss-sub wants two parts"),
      (["--email", "a@b.example", "--member", "novalue"], "--member wants name=value"),
    ])
  func refused(arguments: [String], text: String) throws {
    let command = try EmitCommand.parse(["session-revoked"] + arguments)
    let error = try #require(throws: ValidationError.self) { try command.event.submission() }
    #expect(error.message.contains(text))
  }
}
