import HTTP
import HTTPClient
import JSON
import SharedSignals
import Testing

@testable import Transmitter

@Suite struct ReceiverSettingsTests {
  private func settings(
    endpoint: String = "https://receiver.example.com/events", header: String? = nil, events: [String]? = nil,
    description: String? = nil
  ) throws -> ReceiverSettings {
    ReceiverSettings(
      delivery: .push(try HTTPURL(parsing: endpoint), authorization: header),
      eventsRequested: events, description: description)
  }

  /// Pointer and text of what refuses the settings; nil if they are taken.
  private func refusal(
    of settings: ReceiverSettings, allowsPlainHTTP: Bool = false
  ) -> (pointer: String, text: String)? {
    var policy = StreamPolicy.testing
    policy.destinations = DestinationPolicy(allowed: [], allowsPlainHTTP: allowsPlainHTTP)
    do {
      _ = try settings.validated(by: policy)
      return nil
    } catch {
      guard case .invalid(let pointer, let text) = error else { return ("", "\(error)") }
      return (pointer.description, text)
    }
  }

  @Test(
    "an authorization header that could break out of its line, or is no header's value, is refused",
    arguments: [
      "a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}", "Bearer é", "", " a", "a ", "\ta", "a\t",
      String(repeating: "x", count: 8193),
    ])
  func badHeader(header: String) throws {
    #expect(refusal(of: try settings(header: header))?.pointer == "/delivery/authorization_header")
  }

  @Test(
    "any other value is taken as it is",
    arguments: ["x", "Bearer a\tb  c", String(repeating: "x", count: 8192)])
  func goodHeader(header: String) throws {
    let kept = try settings(header: header).validated(by: .testing)
    #expect(kept.delivery.pushTarget?.authorizationHeader == header)
  }

  @Test(
    "P9 an endpoint in a network that is no place for a receiver is refused",
    arguments: [
      "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.1.1/", "https://169.254.169.254/latest",
      "https://[::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/",
    ])
  func forbiddenNetwork(endpoint: String) throws {
    #expect(refusal(of: try settings(endpoint: endpoint))?.pointer == "/delivery/endpoint_url")
  }

  @Test("PUSH-9 a plain http endpoint is refused unless the configuration allows it")
  func plainHTTP() throws {
    let plain = try settings(endpoint: "http://receiver.example.com/")
    #expect(refusal(of: plain)?.pointer == "/delivery/endpoint_url")
    #expect(refusal(of: plain, allowsPlainHTTP: true) == nil)
    #expect(refusal(of: try settings()) == nil)
  }

  @Test("an endpoint of more than 2048 bytes is refused")
  func longEndpoint() throws {
    let base = "https://receiver.example.com/"
    let longest = base + String(repeating: "a", count: 2048 - base.utf8.count)
    #expect(refusal(of: try settings(endpoint: longest)) == nil)
    #expect(refusal(of: try settings(endpoint: longest + "a"))?.text == "is longer than 2048 bytes")
  }

  @Test("SSF 8.1.1 a long description is cut, not refused")
  func description() throws {
    let short = try settings(description: String(repeating: "é", count: 255)).validated(by: .testing)
    #expect(short.description?.count == 255)
    let long = try settings(description: String(repeating: "é", count: 300)).validated(by: .testing)
    #expect(long.description == short.description)
    #expect(try settings().validated(by: .testing).description == nil)
  }

  @Test("a description is cut to a bounded size even where one letter is made of thousands of marks")
  func stackedMarks() throws {
    let zalgo = "a" + String(repeating: "\u{301}", count: 10_000)
    let kept = try settings(description: zalgo).validated(by: .testing)
    #expect(try #require(kept.description).utf8.count <= 255 * 4)
  }

  @Test("too many requested types, and one that is too long, are refused by their place")
  func eventsRequested() throws {
    let many = (0..<256).map { "https://example.com/\($0)" }
    #expect(refusal(of: try settings(events: many)) == nil)
    #expect(refusal(of: try settings(events: many + ["x"]))?.pointer == "/events_requested")
    let long = ["a", String(repeating: "b", count: 257)]
    #expect(refusal(of: try settings(events: long))?.pointer == "/events_requested/1")
  }
}
