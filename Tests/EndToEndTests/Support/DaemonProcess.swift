import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// The daemon as a process of its own, on ports that the kernel chose, ready to be called.
final class DaemonProcess: Sendable {
  let `public`: Caller
  let admin: Caller
  /// As the daemon wrote it to `admin-token`.
  let adminToken: String
  private let process: Process
  private let state: TemporaryDirectory

  /// Starts the daemon and waits until it is ready.
  ///
  /// - Parameters:
  ///   - state: its state directory.
  ///   - settings: key → value, beside a development configuration on free ports.
  init(in state: TemporaryDirectory, _ settings: [String: String] = [:]) async throws {
    let listen = state.file("listen.json")
    try? FileManager.default.removeItem(atPath: listen)
    let process = Program.process(["serve"], environment: Self.environment(state, settings))
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try Program.file(state.file("log"))
    try process.run()
    do {
      try await eventually("the daemon is ready") {
        guard process.isRunning else { throw DaemonEnded(log: try Program.text(state.file("log"))) }
        return FileManager.default.fileExists(atPath: listen)
      }
      let addresses = try JSONValue(parsing: Array(Program.text(listen).utf8))
      `public` = try Caller(base: #require(addresses["public"]?.stringValue))
      admin = try Caller(base: #require(addresses["admin"]?.stringValue))
      adminToken = try Program.text(state.file("admin-token")).trimmingCharacters(in: .newlines)
    } catch {
      process.endAtOnce()
      throw error
    }
    self.state = state
    self.process = process
  }

  deinit {
    process.endAtOnce()
  }

  /// The environment of a daemon, or of a verb that talks to it.
  static func environment(
    _ state: TemporaryDirectory, _ settings: [String: String] = [:]
  ) -> [String: String] {
    var environment = [
      "SSF_STATE_DIRECTORY": state.path, "SSF_DEVELOPMENT": "true", "SSF_PUBLIC_LISTEN": "127.0.0.1:0",
      "SSF_ADMIN_LISTEN": "127.0.0.1:0",
    ]
    for (key, value) in settings {
      environment["SSF_" + key.uppercased().replacing(".", with: "_")] = value
    }
    return environment
  }

  var isRunning: Bool { process.isRunning }

  var log: String {
    get throws { try Program.text(state.file("log")) }
  }

  /// Sends SIGTERM.
  func terminate() {
    process.terminate()
  }

  /// The exit code; waits for the end.
  func exitCode() async throws -> Int32 {
    try await eventually("the daemon ends") { !self.process.isRunning }
    return process.terminationStatus
  }

  /// Stops the daemon in order.
  func stop() async throws {
    terminate()
    let exitCode = try await exitCode()
    let log = try log
    try #require(exitCode == 0, "\(log)")
  }

  /// Makes a client that may have many streams, and a token for it.
  func receiverToken(_ client: String = "receiver") async throws -> String {
    _ = try await admin.call(.post, "/v1/clients", token: adminToken, ["id": .string(client)])
    let issued = try await admin.call(.post, "/v1/clients/\(client)/tokens", token: adminToken)
    return try #require(issued.json["token"]?.stringValue)
  }
}

extension Process {
  fileprivate func endAtOnce() {
    if isRunning { kill(processIdentifier, SIGKILL) }
  }
}

/// The daemon ended although it should run.
struct DaemonEnded: Error, CustomStringConvertible {
  let log: String

  var description: String { "the daemon ended; its log:\n\(log)" }
}
