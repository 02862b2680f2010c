import ArgumentParser
import HTTP
import JSON
import Testing

@testable import ssf_transmitter

@Suite struct AdminClientTests {
  @Test(
    "an id becomes one segment of a path, whatever it holds",
    arguments: [
      ("abc-._~Z9", "abc-._~Z9"), ("a/b", "a%2Fb"), ("a b?c#d", "a%20b%3Fc%23d"), ("é", "%C3%A9"),
      ("\n", "%0A"), ("", ""),
    ])
  func pathSegment(id: String, segment: String) {
    #expect(id.pathSegment == segment)
  }

  @Test(
    "a refusal for want of rights ends with 77, any other with 1",
    arguments: [
      (400, 1), (401, 77), (403, 77), (404, 1), (409, 1), (503, 1),
    ])
  func refusal(status: Int, code: Int32) {
    let answer = AdminClient.Answer(
      status: HTTPStatus(code: status), fields: [:], body: Array(#"{"detail":"no"}"#.utf8))
    #expect(AdminClient.refusal(answer).rawValue == code)
  }

  @Test("a cell shows text, lists, numbers and truth; what is missing is a dash")
  func column() {
    let row: JSONValue = ["text": "a", "list": ["a", "b"], "number": 5, "truth": true, "nothing": nil]
    #expect(
      ["text", "list", "number", "truth", "nothing", "missing"].map(row.column) == [
        "a", "a b", "5", "yes", "-", "-",
      ])
  }
}
