import HTTP
import JSON
import Sockets
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ShutdownTests {
  /// A daemon with one push under way, which waits for the gate.
  private func daemonWithPush(
    in state: TemporaryDirectory, _ gate: Gate
  ) async throws -> (DaemonProcess, LoopbackReceiver) {
    let receiver = try LoopbackReceiver(behind: gate)
    let daemon = try await DaemonProcess(in: state, ["issuer": "https://tr.example.com"])
    let stream = try await daemon.public.call(
      .post, "/ssf/stream", token: daemon.receiverToken(),
      ["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(try receiver.url().description)]])
    #expect(stream.status == 201)
    try await receiver.waitForPushes(1)
    return (daemon, receiver)
  }

  private func refusesConnections(_ address: SocketAddress) async -> Bool {
    do {
      _ = try await Socket.connect(to: address, deadline: .after(.seconds(5)))
      return false
    } catch {
      return true
    }
  }

  @Test("SIGTERM stops accepting, finishes the push under way, exits 0, and repeats nothing afterwards")
  func drain() async throws {
    let gate = Gate()
    let state = try TemporaryDirectory()
    let (daemon, receiver) = try await daemonWithPush(in: state, gate)
    daemon.terminate()
    for listener in [daemon.public, daemon.admin] {
      let address = try listener.address
      try await eventually("\(address) refuses connections") { await refusesConnections(address) }
    }
    #expect(daemon.isRunning)
    gate.open()
    #expect(try await daemon.exitCode() == 0)

    let next = try await DaemonProcess(in: state, ["issuer": "https://tr.example.com"])
    let streams = try await next.admin.call(.get, "/v1/streams", token: next.adminToken).json
    let totals = streams["streams"]?.arrayValue?.first?["deliveries"]
    #expect(totals?["delivered"] == 1)
    #expect(totals?["pending"] == 0)
    #expect(receiver.pushes.count == 1)
  }

  @Test("a second SIGTERM ends the daemon at once; what was under way is sent again, under the same jti")
  func secondSignal() async throws {
    let gate = Gate()
    let state = try TemporaryDirectory()
    let (daemon, receiver) = try await daemonWithPush(in: state, gate)
    daemon.terminate()
    let address = try daemon.public.address
    try await eventually("\(address) refuses connections") { await refusesConnections(address) }
    daemon.terminate()
    #expect(try await daemon.exitCode() == 130)
    gate.open()
    let next = try await DaemonProcess(in: state, ["issuer": "https://tr.example.com"])
    try await receiver.waitForPushes(2)
    #expect(Set(receiver.tokenIDs).count == 1)
    try await next.stop()
  }
}
