import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct EmitTests {
  @Test("lines from an empty input are refused on standard error, and nothing is printed")
  func emptyInput() async throws {
    let state = try TemporaryDirectory()
    let daemon = try await DaemonProcess(in: state)
    let outcome = try await Program.run("emit", "-", environment: DaemonProcess.environment(state))
    #expect(outcome.exitCode == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors == "ssf-transmitter: standard input holds no event\n")
    try await daemon.stop()
  }
}
