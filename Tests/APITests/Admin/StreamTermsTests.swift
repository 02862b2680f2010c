import HTTP
import JSON
import Testing

/// What an administrator sets for a stream's deliveries.
@Suite struct StreamTermsTests {
  private let transmitter: TestTransmitter

  init() async throws {
    transmitter = try await TestTransmitter()
  }

  private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue) async throws -> Response {
    try await transmitter.admin.send(method, path, token: transmitter.adminToken, body)
  }

  private func provision(_ members: JSONObject = [:]) async throws -> JSONValue {
    let response = try await send(.post, "/v1/streams", JSONValue.streamRequest().with(members))
    try #require(response.code == 201, "\(response.text)")
    return try response.json
  }

  @Test("horizon and rate are set with the stream or later, one by one, and given back with null")
  func setting() async throws {
    let made = try await provision(["horizon": 7200, "rate_limit": 50])
    #expect(made["horizon"] == 7200 && made["rate_limit"] == 50)
    let path = "/v1/streams/" + (try #require(made["stream_id"]?.stringValue))
    let steps: [(JSONValue, horizon: JSONValue?, rate: JSONValue?)] = [
      (["horizon": 3600], 3600, 50), (["rate_limit": nil], 3600, nil), (["rate_limit": 10_000], 3600, 10_000),
      (["description": "other"], 3600, 10_000), (["horizon": nil, "rate_limit": 1], nil, 1),
    ]
    for step in steps {
      let changed = try await send(.patch, path, step.0).json
      #expect(changed["horizon"] == step.horizon && changed["rate_limit"] == step.rate)
    }
    #expect(try await provision()["horizon"] == nil)
  }

  @Test(
    "what is out of bounds is 400, and the fault is pointed at",
    arguments: [
      (["horizon": 3599], "/horizon"), (["horizon": 2_592_001], "/horizon"), (["horizon": "1h"], "/horizon"),
      (["rate_limit": 0], "/rate_limit"), (["rate_limit": 10_001], "/rate_limit"),
      (["rate_limit": "fast"], "/rate_limit"),
    ] as [(JSONObject, String)])
  func invalid(members: JSONObject, pointer: String) async throws {
    let response = try await send(.post, "/v1/streams", JSONValue.streamRequest().with(members))
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
  }

  @Test("a refused number is named, and so is what is no number")
  func refusedValue() async throws {
    for (value, named) in [(JSONValue.integer(10_001), "not 10001"), ("fast", "not string")] {
      let body = JSONValue.streamRequest().with(["rate_limit": value])
      let detail = try await send(.post, "/v1/streams", body).json["detail"]?.stringValue
      #expect(detail == "/rate_limit: must be an integer from 1 to 10000, \(named)")
    }
  }

  @Test("a receiver cannot set them, and does not see them")
  func receiver() async throws {
    let token = try await transmitter.token()
    let body = JSONValue.streamRequest().with(["horizon": 7200, "rate_limit": 1])
    let made = try await transmitter.public.send(.post, "/ssf/stream", token: token, body).json
    let id = try #require(made["stream_id"]?.stringValue)
    let shown = try await transmitter.admin.send(.get, "/v1/streams/" + id, token: transmitter.adminToken)
      .json
    #expect(made["horizon"] == nil && shown["horizon"] == nil && shown["rate_limit"] == nil)
  }
}
