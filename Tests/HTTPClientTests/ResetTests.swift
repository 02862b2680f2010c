import HTTPClient
import Testing

@Suite struct ResetTests {
  @Test("A reset by the server is noticed at once, on each of many connections")
  func resetsAreNoticed() async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      connection.resetOnClose()
    }
    var limits = Fixtures.limits
    limits.total = .seconds(20)
    let client = try Fixtures.client(limits: limits)
    for _ in 1...10 {
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 1...50 {
          group.addTask { try await client.failureCode(posting: "http://receiver.test:\(server.port)/") }
        }
        for try await code in group { #expect(code == "connection_reset") }
      }
    }
  }
}
