import ArgumentParser
import HTTP
import JSON

/// Tells where an event is: from the import that brought it, or its acceptance, to what each receiver answered.
struct DeliveryStory {
  private let client: AdminClient

  init(_ client: AdminClient) {
    self.client = client
  }

  /// The events of one transaction, each with its deliveries and their attempts.
  ///
  /// - Throws: an exit code, after saying so, if there is no such event.
  func transaction(_ txn: String) async throws -> String {
    let events = try await events(of: txn)
    guard !events.isEmpty else {
      Terminal.complain(
        "there is no event with the txn \(txn): it never was, or is older than the history that is kept")
      throw ExitCode.failure
    }
    let deliveries = Dictionary(grouping: try await deliveries(of: txn)) { $0.column("event_id") }
    let stories = events.map { event in
      let own = (deliveries[event.column("id")] ?? []).sorted {
        $0.column("stream_id") < $1.column("stream_id")
      }
      let none = own.isEmpty ? ["  no stream asked for it, or what came of it is no longer kept"] : []
      return (Self.heading(of: event) + none + own.flatMap(Self.lines)).joined(separator: "\n")
    }
    return (try await beginning(of: events[0]) + stories).joined(separator: "\n")
  }

  /// One delivery, with its event and its attempts.
  func delivery(_ jti: String) async throws -> String {
    let delivery = try await detail(jti)
    let event = delivery["event"] ?? .null
    let lines = Self.heading(of: event) + Self.lines(of: delivery)
    return (try await beginning(of: event) + lines).joined(separator: "\n")
  }

  // MARK: - Asking

  /// The import that brought an event; nothing if none did, or if it is forgotten.
  private func beginning(of event: JSONValue) async throws -> [String] {
    guard let id = event["origin"]?["import"]?.stringValue else { return [] }
    let answer = try await client.send(.get, "/v1/imports/\(id.pathSegment)", [], [:])
    guard answer.status.isSuccess else { return [] }
    let session = answer.json
    return [
      "import \(id)  uploaded \(session.column("created"))  started \(session.column("started"))  "
        + "\(session.column("status"))"
    ]
  }

  private func events(of txn: String) async throws -> [JSONValue] {
    var events: [JSONValue] = []
    while true {
      let query = [("txn", txn), ("after", events.last?.column("id"))]
      let part = try await client.call(.get, "/v1/events".appending(query: query)).json["events"]?.arrayValue
      guard let part, !part.isEmpty else { return events }
      events += part
    }
  }

  private func deliveries(of txn: String) async throws -> [JSONValue] {
    var deliveries: [JSONValue] = []
    var cursor: String?
    repeat {
      let query = [("txn", txn), ("limit", "500"), ("cursor", cursor)]
      let answer = try await client.call(.get, "/v1/deliveries".appending(query: query)).json
      for delivery in answer["deliveries"]?.arrayValue ?? [] {
        deliveries.append(try await detail(delivery.column("jti")))
      }
      cursor = answer["next"]?.stringValue
    } while cursor != nil
    return deliveries
  }

  private func detail(_ jti: String) async throws -> JSONValue {
    try await client.call(.get, "/v1/deliveries/\(jti.pathSegment)").json
  }

  // MARK: - Telling

  private static func heading(of event: JSONValue) -> [String] {
    let type = event.column("type").split(separator: "/").last ?? "?"
    let origin = (event["origin"]?.objectValue ?? [:]).names.map { name in
      "\(name) \(event["origin"]?.column(name) ?? "")"
    }
    return [
      "event \(event.column("id"))  \(type)  accepted \(event.column("accepted"))  txn \(event.column("txn"))"
    ]
      + (origin.isEmpty ? [] : ["  from \(origin.joined(separator: "  "))"])
  }

  private static func lines(of delivery: JSONValue) -> [String] {
    let attempts = delivery["history"]?.arrayValue ?? []
    let kept = attempts.first?["attempt"]?.integerValue ?? 1
    return ["  stream \(delivery.column("stream_id"))  jti \(delivery.column("jti"))  \(state(of: delivery))"]
      + (kept > 1 ? ["    attempts 1 to \(kept - 1) are no longer kept"] : []) + attempts.map(line)
  }

  private static func state(of delivery: JSONValue) -> String {
    let state = delivery.column("state")
    if let reason = delivery["discard_reason"] {
      return "\(state) \(delivery.column("settled")): \(reason.line)"
    }
    if delivery["next_attempt"] != nil { return "\(state), next attempt \(delivery.column("next_attempt"))" }
    return "\(state) \(delivery.column("settled"))"
  }

  private static func line(of attempt: JSONValue) -> String {
    let answer = attempt["answer"].map { "  \($0.line)" } ?? ""
    return
      "    attempt \(attempt.column("attempt"))  \(attempt.column("ended"))  \(attempt.column("code"))\(answer)"
  }
}
