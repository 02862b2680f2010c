import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// SSF 8.1.1 inactivity_timeout.
@Suite(.timeLimit(.minutes(2))) struct InactivityWatchTests {
  private static let timeout = Duration.seconds(600)
  private let domain: TestDomain

  init() async throws {
    var world = try TestDomain.World()
    world.policy.inactivityTimeout = Self.timeout
    domain = try await TestDomain(world)
  }

  /// Has a watch run while `body` does.
  private func watching(_ body: () async throws -> Void) async throws {
    let watch = InactivityWatch(registry: domain.registry, environment: domain.environment)
    try await running(watch.run, until: watch.stop) {
      try await eventually("the watch sleeps") { domain.clock.sleeperCount == 1 }
      try await body()
    }
  }

  /// The stream as it is, seen by nobody whose looking counts.
  private func current(_ stream: Stream) throws -> Stream {
    try domain.registry.stream(stream.id, of: .administrator)
  }

  private func waitForPause(of stream: Stream) async throws {
    try await eventually("the stream is paused") { try current(stream).status == .paused }
  }

  /// Lets time pass, and the watch have its look at the end of it.
  private func pass(_ time: Duration) async throws {
    let end = domain.clock.now + time
    while let next = domain.clock.nextWaking, next <= end {
      domain.clock.advance(to: next)
      try await eventually("the watch sleeps again") { domain.clock.nextWaking.map { $0 > next } ?? false }
    }
    domain.clock.advance(to: end)
  }

  @Test("SSF 8.1.1 a silent receiver's stream is paused when the time is up, and told so")
  func silent() async throws {
    let stream = try await domain.makeStream()
    try await watching {
      try await pass(Self.timeout - .milliseconds(1))
      #expect(try current(stream).status == .enabled)
      try await pass(.milliseconds(1))
      try await waitForPause(of: stream)
    }
    #expect(try current(stream).reason == "no activity for 600 s")
    #expect(domain.totals(of: stream).accepted == 1)
  }

  @Test(
    "SSF 8.1.1 every call that names the stream starts the time again",
    arguments: ["read", "update", "status", "verification", "poll"])
  func activity(_ call: String) async throws {
    let desk = try await domain.makeDesk()
    let stream = try await domain.makePolledStream()
    let silent = try await domain.makePolledStream()
    try await watching {
      try await pass(.seconds(400))
      switch call {
      case "read": _ = try domain.registry.stream(stream.id, of: TestDomain.owner)
      case "update":
        _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
          $0.settings.description = "x"
        }
      case "status": try await domain.setStatus(.enabled, of: stream)
      case "verification":
        try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: nil)
      default: _ = try await desk.look(at: stream)
      }
      try await pass(.seconds(200))
      try await waitForPause(of: silent)
      #expect(try current(stream).status == .enabled)
      try await pass(.seconds(399))
      #expect(try current(stream).status == .enabled)
      try await pass(.seconds(1))
      try await waitForPause(of: stream)
    }
  }

  @Test("neither a stranger's call nor a list is a sign of the receiver")
  func noActivity() async throws {
    let stream = try await domain.makeStream()
    try await watching {
      try await pass(.seconds(599))
      _ = domain.registry.streams(of: TestDomain.owner)
      #expect(throws: RegistryError.self) {
        try domain.registry.stream(stream.id, of: .client("stranger"))
      }
      try await pass(.seconds(1))
      try await waitForPause(of: stream)
    }
  }

  @Test("streams that an administrator made, and those that are stopped already, are left as they are")
  func leftAlone() async throws {
    try await domain.ensureClient()
    let provisioned = try await domain.registry.provision(
      ReceiverSettings(delivery: .poll(DeliveryMethodURI(.poll))), clientID: "receiver", audience: nil,
      form: TokenForm())
    let disabled = try await domain.makeStream()
    try await domain.setStatus(.disabled, of: disabled)
    try await watching { try await pass(Self.timeout * 3) }
    #expect(try current(provisioned).status == .enabled)
    #expect(try current(disabled).status == .disabled)
    #expect(domain.totals(of: disabled).accepted == 0)
  }

  @Test("an outage of ours is no silence of the receiver")
  func restarted() async throws {
    let stream = try await domain.makeStream()
    domain.clock.advance(by: Self.timeout * 10)
    let reopened = try await domain.reopened()
    let watch = InactivityWatch(registry: reopened.registry, environment: reopened.environment)
    try await running(watch.run, until: watch.stop) {
      try await eventually("the watch sleeps") { reopened.clock.sleeperCount == 1 }
      #expect(try reopened.registry.stream(stream.id, of: .administrator).status == .enabled)
    }
  }

  @Test("P12 a full disk does not end the watch: the pause comes when there is room")
  func fullDisk() async throws {
    let stream = try await domain.makeStream()
    try await watching {
      try await domain.fillDisk(atChangesOf: "stream")
      try await pass(Self.timeout + .seconds(60))
      #expect(try current(stream).status == .enabled)
      try await domain.freeDisk()
      try await pass(.seconds(60))
      try await waitForPause(of: stream)
    }
  }

  @Test("without a timeout there is nothing to watch, and a watch that was stopped never begins")
  func nothingToDo() async throws {
    let plain = try await TestDomain()
    try await InactivityWatch(registry: plain.registry, environment: plain.environment).run()
    let stopped = InactivityWatch(registry: domain.registry, environment: domain.environment)
    stopped.stop()
    try await stopped.run()
  }
}
