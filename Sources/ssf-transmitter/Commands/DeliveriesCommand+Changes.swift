import ArgumentParser
import HTTP
import JSON

extension DeliveriesCommand {
  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send SETs again, as they were; by default those that are dead or expired.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var selection: DeliverySelection
    @Option(help: "dead, expired or delivered. Default: dead and expired.") var state: String?
    @Option(help: "One SET, by its jti.") var jti: String?

    func run() async throws {
      let change = DeliveryChange(name: "replay", result: "replayed", reason: nil)
      try await change.run(options, selection, state: state, jti: jti)
    }
  }

  struct Discard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give SETs up that are dead or expired; they count as dropped.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var selection: DeliverySelection
    @Option(help: "dead or expired. Default: both.") var state: String?
    @Option(help: "One SET, by its jti.") var jti: String?
    @Option(help: "Why, for whoever asks later.") var reason: String

    func run() async throws {
      let change = DeliveryChange(name: "discard", result: "discarded", reason: reason)
      try await change.run(options, selection, state: state, jti: jti)
    }
  }
}

/// A change of one delivery, or of many of one stream.
private struct DeliveryChange {
  /// Of the operation.
  let name: String
  /// The member of the answer that says how many.
  let result: String
  let reason: String?

  func run(
    _ options: AdminOptions, _ selection: DeliverySelection, state: String?, jti: String?
  ) async throws {
    let client = try options.client()
    let count: Int64
    switch (jti, selection.stream) {
    case (let jti?, nil) where state == nil && selection.isEmpty: count = try await one(jti, client)
    case (nil, _?): count = try await many(selection, state, client)
    default: throw ValidationError("say which: --jti alone, or --stream with what narrows it")
    }
    let json: JSONValue = [.init(stringLiteral: result): .integer(count)]
    Terminal.say(options.json ? json.text(.pretty) : "\(result) \(count)")
  }

  private func one(_ jti: String, _ client: AdminClient) async throws -> Int64 {
    let answer = try await client.call(.post, "/v1/deliveries/\(jti.pathSegment)/\(name)", .object(body))
    return answer.json[result]?.integerValue ?? 0
  }

  /// Part by part.
  private func many(
    _ selection: DeliverySelection, _ state: String?, _ client: AdminClient
  ) async throws -> Int64 {
    var body = body
    for (name, value) in try selection.query { body[name] = value.map(JSONValue.string) }
    body["state"] = state.map(JSONValue.string)
    var count: Int64 = 0
    repeat {
      let answer = try await client.call(.post, "/v1/deliveries/\(name)", .object(body)).json
      count += answer[result]?.integerValue ?? 0
      body["cursor"] = answer["next"]?.stringValue.map(JSONValue.string)
    } while body["cursor"] != nil
    return count
  }

  private var body: JSONObject {
    var body = JSONObject()
    body["reason"] = reason.map(JSONValue.string)
    return body
  }
}
