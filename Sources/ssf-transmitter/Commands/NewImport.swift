import HTTP
import JSON

/// An import that a verb makes, fills and starts.
struct NewImport {
  let id: String
  private let client: AdminClient
  private var path: String { "/v1/imports/\(id.pathSegment)" }

  init(of source: String, isFull: Bool, through client: AdminClient) async throws {
    let body: JSONValue = ["source": .string(source), "full": .bool(isFull)]
    id = try await client.call(.post, "/v1/imports", body).json["id"]?.stringValue ?? ""
    self.client = client
  }

  /// Sends the records of a file, in parts that the daemon takes at once.
  func upload(_ file: ImportFile) async throws {
    var part = UploadPart()
    try await file.forEachRecord { record in
      if let full = part.add(record) { try await send(full) }
    }
    if part.isEmpty { throw ImportFileError.nobody }
    try await send(part.bytes)
  }

  private func send(_ lines: [UInt8]) async throws {
    let answer = try await client.submit(
      path + "/records", lines, ["Content-Type": "application/x-ndjson"])
    guard answer.status.isSuccess else { throw AdminClient.refusal(answer) }
  }

  /// Starts it; or, in a dry run, answers what it would do.
  func start(isDryRun: Bool) async throws -> JSONValue {
    try await client.call(.post, path + "/start" + (isDryRun ? "?dry_run=true" : "")).json
  }

  /// Gives it up, if that can be done: a session that is left over expires by itself, and what went wrong before is
  /// the error to tell.
  func close() async {
    guard let answer = try? await client.send(.delete, path, [], [:]), !answer.status.isSuccess else {
      return
    }
    Terminal.complain("the import \(id) stays: \(answer.detail)")
  }
}
