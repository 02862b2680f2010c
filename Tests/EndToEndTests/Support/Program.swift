import Foundation
import TestSupport

/// The program as it was built beside these tests.
enum Program {
  /// What a run left behind.
  struct Outcome: Sendable {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  private static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "ssf-transmitter")

  /// A process, not yet started, that sees no configuration of whoever runs the tests.
  static func process(_ arguments: [String], environment: [String: String]) -> Process {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SSF_") }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  /// Runs a verb to its end.
  static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
    let directory = try TemporaryDirectory()
    let process = process(arguments, environment: environment)
    process.standardOutput = try file(directory.file("output"))
    process.standardError = try file(directory.file("errors"))
    try process.run()
    try await eventually("\(arguments) ends") { !process.isRunning }
    return Outcome(
      exitCode: process.terminationStatus, output: try text(directory.file("output")),
      errors: try text(directory.file("errors")))
  }

  static func file(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(filePath: path))
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }
}
