import HTTP
import JSON
import SharedSignals
import Transmitter

/// Where receivers poll for SETs (RFC 8936 §2), a URL for each stream.
struct PollEndpoint: Sendable {
  let desk: PollDesk

  func add(to router: inout Router<Endpoint>) {
    router.add(
      .post, IssuerURLs.poll + "/{stream_id}",
      Endpoint(.scope(.manage, or: .read), rate: .polls, respond: poll))
  }

  private func poll(_ call: Call) async throws -> Response {
    let request = try PollRequest(call.bodyObject(orEmpty: true))
    let answer = try await desk.serve(request, stream: call.path("stream_id"), of: call.owner)
    return .json(answer.json)
  }
}

extension PollRequest {
  /// Reads the body of a poll; an empty object asks for whatever there is.
  init(_ body: RequestObject) throws(APIError) {
    self.init(
      maximum: try body.optionalInteger("maxEvents", in: 0...Int64.max).map(Int.init),
      returnsImmediately: try body.optionalBoolean("returnImmediately") ?? false,
      acknowledged: try body.optionalStrings("ack") ?? [],
      rejected: try Self.rejected(body.optionalObject("setErrs")))
  }

  private static func rejected(_ errors: RequestObject?) throws(APIError) -> [String: SETErrorReport?] {
    var rejected: [String: SETErrorReport?] = [:]
    for (jti, report) in try errors?.members() ?? [:] { rejected[jti] = .some(SETErrorReport(json: report)) }
    return rejected
  }
}

extension PollAnswer {
  /// `sets` is always there, `{}` when there is nothing (RFC 8936 §2.3).
  fileprivate var json: JSONValue {
    var sets = JSONObject()
    for token in tokens { sets[token.jti] = .string(String(decoding: token.compact, as: UTF8.self)) }
    return ["sets": .object(sets), "moreAvailable": .bool(isMoreAvailable)]
  }
}
