import HTTP
import JSON
import SharedSignals
import Testing

@Suite(.serialized) struct StreamCreationTests {
  @Test("SSF 8.1.1.1 a create is 201 with the full configuration")
  func create() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let request = JSONValue.streamRequest(
      header: "Bearer push-secret", events: [Types.sessionRevoked, Types.unknown], description: "Orders")
    let response = try await transmitter.public.send(.post, "/ssf/stream", token: token, request)
    #expect(response.code == 201)
    #expect(response.fields["Content-Type"] == "application/json")
    let stream = try response.json
    #expect(
      stream.objectValue?.names == [
        "stream_id", "iss", "aud", "events_supported", "events_requested", "events_delivered", "delivery",
        "min_verification_interval", "status", "description",
      ])
    #expect(stream["iss"] == "https://tr.example.com")
    #expect(stream["aud"] == "https://receiver.example.com")
    #expect(stream["min_verification_interval"] == 60)
    #expect(stream["description"] == "Orders")
    #expect(
      stream["delivery"] == [
        "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events",
      ])
  }

  @Test(
    "SSF 8.1.1.1 a stream that is not to be pushed is polled, at a URL of its own that is ours to choose",
    arguments: [
      ("{}", "urn:ietf:rfc:8936"), (#"{"delivery":null}"#, "urn:ietf:rfc:8936"),
      (#"{"delivery":{"method":"urn:ietf:rfc:8936","endpoint_url":"nonsense"}}"#, "urn:ietf:rfc:8936"),
      (
        #"{"delivery":{"method":"https://schemas.openid.net/secevent/risc/delivery-method/poll"}}"#,
        "https://schemas.openid.net/secevent/risc/delivery-method/poll"
      ),
    ])
  func polled(body: String, method: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = "https://tr.example.com/tenant" }
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(.post, "/ssf/stream", token: token, text: body)
    #expect(response.code == 201)
    let stream = try response.json
    let id = try #require(stream["stream_id"]?.stringValue)
    #expect(
      stream["delivery"] == [
        "method": .string(method), "endpoint_url": .string("https://tr.example.com/tenant/ssf/poll/\(id)"),
      ])
    #expect(stream["aud"] == "receiver")
  }

  @Test("SSF 8.1.1 a stream id is of unreserved characters and never used twice")
  func streamID() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let first = try await transmitter.createStreamID(token: token)
    let second = try await transmitter.createStreamID(token: token)
    #expect(first != second)
    #expect(first.wholeMatch(of: /[A-Za-z0-9\-._~]{20,}/) != nil)
  }

  @Test("SSF 8.1.1 unknown types in events_requested are ignored, echoed, and not delivered")
  func unknownEvents() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let requested = [Types.unknown, Types.sessionRevoked, "not a uri", ""]
    let stream = try await transmitter.createStream(token: token, .streamRequest(events: requested))
    #expect(stream["events_requested"] == .array(requested.map(JSONValue.string)))
    #expect(stream["events_delivered"] == [.string(Types.sessionRevoked)])
  }

  @Test("SSF 8.1.1 without events_requested everything supported is delivered")
  func allEvents() async throws {
    let transmitter = try await TestTransmitter()
    let stream = try await transmitter.createStream(token: try await transmitter.token())
    #expect(stream["events_requested"] == nil)
    #expect(stream["events_delivered"] == stream["events_supported"])
    #expect(stream["events_supported"]?.arrayValue?.contains(.string(Types.sessionRevoked)) == true)
  }

  @Test("SSF 8.1.1 an empty events_requested delivers nothing, and says so")
  func noEvents() async throws {
    let transmitter = try await TestTransmitter()
    let stream = try await transmitter.createStream(
      token: try await transmitter.token(), .streamRequest(events: []))
    #expect(stream["events_delivered"] == [])
  }

  @Test("a configured custom type is supported and delivered")
  func customEvents() async throws {
    let type = EventType(rawValue: Types.unknown)
    let transmitter = try await TestTransmitter { $0.customTypes = [type] }
    let stream = try await transmitter.createStream(
      token: try await transmitter.token(), .streamRequest(events: [Types.unknown]))
    #expect(stream["events_delivered"] == [.string(Types.unknown)])
  }

  @Test("SSF 8.1.1 a client's own audience is the aud of its streams")
  func clientAudience() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token("apple", audience: "https://mdm.apple.com/customer-1")
    #expect(
      try await transmitter.createStream(token: token)["aud"] == "https://mdm.apple.com/customer-1")
  }

  @Test("SSF 8.1.1 transmitter-supplied and unknown members of a create are ignored")
  func foreignMembers() async throws {
    let transmitter = try await TestTransmitter()
    let request = JSONValue.streamRequest().with([
      "stream_id": "mine", "iss": "https://other.example.com", "aud": 5, "events_delivered": "x",
      "inactivity_timeout": -1, "format": "email", "extra": ["deep": []],
    ])
    let stream = try await transmitter.createStream(token: try await transmitter.token(), request)
    #expect(stream["stream_id"] != "mine")
    #expect(stream["iss"] == "https://tr.example.com")
    #expect(stream["aud"] == "https://receiver.example.com")
    #expect(stream["extra"] == nil)
  }

  @Test("the delivery method of the first draft is taken and answered as it came")
  func legacyMethod() async throws {
    let transmitter = try await TestTransmitter()
    let method: JSONValue = "https://schemas.openid.net/secevent/risc/delivery-method/push"
    let stream = try await transmitter.createStream(
      token: try await transmitter.token(),
      ["delivery": ["method": method, "endpoint_url": "https://receiver.example.com/events"]])
    #expect(stream["delivery"]?["method"] == method)
  }

  @Test("SSF 8.1.1 a long description is cut, and answered as it is kept")
  func longDescription() async throws {
    let transmitter = try await TestTransmitter()
    let stream = try await transmitter.createStream(
      token: try await transmitter.token(), .streamRequest(description: String(repeating: "é", count: 300)))
    #expect(stream["description"]?.stringValue == String(repeating: "é", count: 255))
  }

  @Test(
    "a JSON body needs no Content-Type, as in the examples of the standard",
    arguments: [
      nil, "application/json", "application/json; charset=utf-8", "text/plain",
    ])
  func contentType(mediaType: String?) async throws {
    let transmitter = try await TestTransmitter()
    var fields: HTTPFields = [:]
    fields["Content-Type"] = mediaType
    let response = try await transmitter.public.send(
      .post, "/ssf/stream", token: try await transmitter.token(), .streamRequest(), fields: fields)
    #expect(response.code == 201)
  }

  @Test("SSF 8.1.1.1 what is beyond the limit of a client, or of all, is 409 and names the key")
  func limits() async throws {
    let transmitter = try await TestTransmitter()
    let receiver = try await transmitter.token()
    for _ in 1...2 { _ = try await transmitter.createStream(token: receiver) }
    let third = try await transmitter.public.send(.post, "/ssf/stream", token: receiver, .streamRequest())
    #expect(third.code == 409)
    #expect(third.text.contains("limits.streams_per_client"))
    let other = try await transmitter.token("other")
    _ = try await transmitter.createStream(token: other)
    let fourth = try await transmitter.public.send(.post, "/ssf/stream", token: other, .streamRequest())
    #expect(fourth.code == 409)
    #expect(fourth.text.contains("raise limits.streams\""))
  }

  /// A body that must be refused, and the member that the refusal points at.
  struct BadBody: Sendable, CustomTestStringConvertible {
    let text: String
    /// nil where no member is at fault, but the syntax.
    let pointer: String?

    init(_ text: String, at pointer: String?) {
      self.text = text
      self.pointer = pointer
    }

    static func delivery(_ members: String, at pointer: String) -> BadBody {
      BadBody("{\"delivery\":{\"method\":\"urn:ietf:rfc:8935\",\(members)}}", at: pointer)
    }

    static func endpoint(_ url: String) -> BadBody {
      delivery("\"endpoint_url\":\"\(url)\"", at: "/delivery/endpoint_url")
    }

    static func header(_ json: String) -> BadBody {
      delivery(
        "\"endpoint_url\":\"https://a.example/\",\"authorization_header\":\(json)",
        at: "/delivery/authorization_header")
    }

    var testDescription: String { String(text.prefix(120)) }
  }

  static let syntax = [
    BadBody(";{ broken", at: nil), BadBody("", at: nil), BadBody("{", at: nil), BadBody("{} {}", at: nil),
    BadBody(#"{"delivery":{},"delivery":{}}"#, at: nil), BadBody("\u{FEFF}{}", at: nil),
    BadBody(#"{"description":"\ud800"}"#, at: nil),
    BadBody(String(repeating: "[", count: 100_000), at: nil),
    BadBody("[]", at: ""), BadBody("null", at: ""), BadBody("\"text\"", at: ""), BadBody("17", at: ""),
  ]

  static let members = [
    BadBody(#"{"delivery":"push"}"#, at: "/delivery"), BadBody(#"{"delivery":[]}"#, at: "/delivery"),
    BadBody(#"{"delivery":{}}"#, at: "/delivery/method"),
    BadBody(#"{"delivery":{"method":5}}"#, at: "/delivery/method"),
    BadBody(#"{"delivery":{"method":"carrier-pigeon"}}"#, at: "/delivery/method"),
    BadBody(#"{"delivery":{"method":"urn:ietf:rfc:8935"}}"#, at: "/delivery/endpoint_url"),
    BadBody(#"{"events_requested":"all"}"#, at: "/events_requested"),
    BadBody(#"{"events_requested":["a",5]}"#, at: "/events_requested/1"),
    BadBody(#"{"description":["x"]}"#, at: "/description"),
    .delivery("\"endpoint_url\":true", at: "/delivery/endpoint_url"),
  ]

  static let endpoints = [
    "", "events", "/events", "ftp://a.example/", "https://", "https:///events", "javascript:alert(1)",
    "https://user@a.example/", "https://user:secret@a.example/", "https://a.example/#part",
    "https://a.example/a b", "https://a.example:0/", "https://a.example:99999/",
    "https://a.example\\\\@b.example/",
    "http://a.example/", "https://127.0.0.1/", "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1]/", "https://2130706433/",
    "https://127.1/", "https://0x7f.0.0.1/", "https://a.example/" + String(repeating: "x", count: 2048),
  ].map(BadBody.endpoint)

  static let headers = [
    #""Bearer a\r\nX-Injected: 1""#, #""Bearer a\nb""#, #""Bearer a\r""#, #""a\u0000b""#, #""a\u007fb""#,
    "\"é\"", #""""#,
    #"" Bearer a""#, #""Bearer a ""#, #""Bearer a\t""#, #""\tBearer a""#, "5", "[\"a\"]",
    "\"\(String(repeating: "x", count: 8193))\"",
  ].map(BadBody.header)

  @Test(
    "SSF 8.1.1.1 a body that cannot be understood or accepted is 400, and the member is named",
    arguments: syntax + members + endpoints + headers)
  func badBody(body: BadBody) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(.post, "/ssf/stream", token: token, text: body.text)
    #expect(response.code == 400)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    #expect(try response.json["type"] == "urn:ssf-transmitter:problem:invalid-request")
    #expect(try response.faultPointers == (body.pointer.map { [$0] } ?? []))
    let list = try await transmitter.public.send(.get, "/ssf/stream", token: token)
    #expect(try list.json == [])
  }

  @Test("too many or too long event types are 400")
  func tooManyEvents() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let many = JSONValue.streamRequest(events: (1...257).map { "urn:example:\($0)" })
    let response = try await transmitter.public.send(.post, "/ssf/stream", token: token, many)
    #expect(try response.faultPointers == ["/events_requested"])
    let long = JSONValue.streamRequest(events: ["urn:a", "urn:" + String(repeating: "x", count: 300)])
    let other = try await transmitter.public.send(.post, "/ssf/stream", token: token, long)
    #expect(try other.faultPointers == ["/events_requested/1"])
  }

  @Test("in development receivers may be on loopback, over http, and nowhere else that is private")
  func development() async throws {
    let transmitter = try await TestTransmitter { $0.allowsDevelopment = true }
    let token = try await transmitter.token()
    let send = { (url: String) in
      try await transmitter.public.send(.post, "/ssf/stream", token: token, .streamRequest(endpoint: url))
        .code
    }
    #expect(try await send("http://127.0.0.1:9090/events") == 201)
    #expect(try await send("http://10.0.0.1/events") == 400)
  }
}
