import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CheckConfigTests {
  @Test("a check makes nothing: a state directory that does not exist yet is not there afterwards")
  func checkConfig() async throws {
    let parent = try TemporaryDirectory()
    let path = parent.file("state")
    let outcome = try await Program.run(
      "check-config", environment: ["SSF_DEVELOPMENT": "true", "SSF_STATE_DIRECTORY": path])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a state directory that cannot be made is told, with 73")
  func impossibleDirectory() async throws {
    let parent = try TemporaryDirectory()
    let outcome = try await Program.run(
      "check-config",
      environment: ["SSF_DEVELOPMENT": "true", "SSF_STATE_DIRECTORY": parent.file("missing/state")])
    #expect(outcome.exitCode == 73)
    #expect(outcome.errors.contains("cannot create the state directory"))
  }
}
