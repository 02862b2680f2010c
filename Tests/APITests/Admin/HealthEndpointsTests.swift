import API
import HTTP
import JSON
import Testing

@Suite(.serialized) struct HealthEndpointsTests {
  @Test("a process that answers is healthy, for anyone who asks, on both listeners")
  func alive() async throws {
    let transmitter = try await TestTransmitter()
    for listener in [transmitter.public, transmitter.admin] {
      let response = try await listener.send(.get, "/healthz")
      #expect(response.code == 200)
      #expect(try response.json == ["status": "ok"])
    }
  }

  @Test("it is ready when every check passes")
  func ready() async throws {
    let checks = ReadinessChecks([.init("store") { nil }, .init("delivery") { nil }])
    let transmitter = try await TestTransmitter { $0.readiness = checks }
    let response = try await transmitter.admin.send(.get, "/readyz")
    #expect(response.code == 200)
    #expect(try response.json == ["status": "ready", "checks": ["store": "ok", "delivery": "ok"]])
  }

  @Test("it is not ready, 503, when one does not, and every check says why")
  func notReady() async throws {
    let checks = ReadinessChecks([.init("store") { "the disk is full" }, .init("delivery") { nil }])
    let transmitter = try await TestTransmitter { $0.readiness = checks }
    let response = try await transmitter.admin.send(.get, "/readyz")
    #expect(response.code == 503)
    #expect(
      try response.json == [
        "status": "not ready", "checks": ["store": "the disk is full", "delivery": "ok"],
      ])
  }
}
