import HTTP
import JSON
import Transmitter

/// Backups, written by the daemon to a file on its own machine.
struct BackupEndpoints: Sendable {
  let desk: BackupDesk

  func add(to router: inout Router<Endpoint>) {
    router.add(.post, "/v1/backup", Endpoint(.scope(.admin), respond: take))
  }

  /// Answers when the backup is complete and verified.
  private func take(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["path", "force"])
    let receipt = try await desk.take(
      to: body.string("path"), replaces: body.optionalBoolean("force") ?? false)
    return .json([
      "path": .string(receipt.path),
      "bytes": .integer(Int64(receipt.bytes)),
      "begun": .string(receipt.begun.description),
      "schema": .integer(Int64(receipt.schema)),
      "key_encryption_key": receipt.keyID.map(JSONValue.string) ?? .null,
    ])
  }
}
