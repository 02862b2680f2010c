import Dispatch
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResolverTests {
  private let soon = Deadline.after(.seconds(20))

  @Test("an IP literal is answered without a look-up")
  func literals() async throws {
    let resolver = Resolver { .failure(.notFound(host: $0)) }
    let expected = try SocketAddress(parsing: "[::1]:443")
    #expect(try await resolver.resolve(host: "::1", port: 443, deadline: soon) == [expected])
  }

  @Test("the system's resolver knows localhost")
  func localhost() async throws {
    let addresses = try await Resolver().resolve(host: "localhost", port: 80, deadline: soon)
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.ip.isLoopback && $0.port == 80 })
  }

  @Test(
    "what cannot be a name is not looked up", arguments: ["", "a\u{0}b", String(repeating: "a", count: 254)])
  func impossibleNames(host: String) async {
    let resolver = Resolver { _ in .success([IPAddress(v4: 1)]) }
    await #expect(throws: ResolverError.notFound(host: host)) {
      try await resolver.resolve(host: host, port: 80, deadline: soon)
    }
  }

  @Test("a failure reaches the caller; no address is a failure too")
  func failures() async {
    let resolver = Resolver { $0 == "empty" ? .success([]) : .failure(.temporaryFailure(host: $0)) }
    await #expect(throws: ResolverError.temporaryFailure(host: "x")) {
      try await resolver.resolve(host: "x", port: 80, deadline: soon)
    }
    await #expect(throws: ResolverError.notFound(host: "empty")) {
      try await resolver.resolve(host: "empty", port: 80, deadline: soon)
    }
  }

  @Test("F15 a name whose servers hang fails at the deadline and holds up no other name")
  func hangingName() async throws {
    let gate = DispatchSemaphore(value: 0)
    let hangs = Atomic(0)
    let resolver = Resolver(concurrency: 2) { host in
      if host == "dead" {
        hangs.add(1, ordering: .relaxed)
        gate.wait()
      }
      return .success([IPAddress(v4: 7)])
    }
    for _ in 0..<5 {
      await #expect(throws: ResolverError.deadlinePassed(host: "dead")) {
        try await resolver.resolve(host: "dead", port: 80, deadline: .after(.milliseconds(20)))
      }
    }
    #expect(try await resolver.resolve(host: "alive", port: 80, deadline: soon).count == 1)
    #expect(hangs.load(ordering: .relaxed) == 1)
    gate.signal()
  }

  /// A resolver to which names that begin with "dead" give no answer before the gate opens.
  private func resolver(
    concurrency: Int = Resolver.threads, patience: Duration = Resolver.patience, _ gate: DispatchSemaphore
  ) -> Resolver {
    Resolver(concurrency: concurrency, patience: patience) { host in
      if host.hasPrefix("dead") { gate.wait() }
      return .success([IPAddress(v4: 7)])
    }
  }

  /// Asks for names that give no answer, and gives up.
  private func giveUp(on names: Int, of resolver: Resolver) async {
    for number in 1...names {
      let host = "dead\(number)"
      await #expect(throws: ResolverError.deadlinePassed(host: host)) {
        try await resolver.resolve(host: host, port: 80, deadline: .after(.milliseconds(1)))
      }
    }
  }

  @Test("F15 P5 64 names that hang when nothing is known of any yet hold up no other")
  func hangingNamesAfterStart() async throws {
    let gate = DispatchSemaphore(value: 0)
    let resolver = resolver(gate)
    await giveUp(on: 64, of: resolver)
    #expect(try await resolver.resolve(host: "alive", port: 80, deadline: soon).count == 1)
    for _ in 1...64 { gate.signal() }
  }

  @Test("F15 P5 names that were quick are looked up however many unknown ones hang")
  func knownNames() async throws {
    let gate = DispatchSemaphore(value: 0)
    let resolver = resolver(concurrency: 4, gate)
    _ = try await resolver.resolve(host: "alive", port: 80, deadline: soon)
    await giveUp(on: 9, of: resolver)
    #expect(try await resolver.resolve(host: "alive", port: 80, deadline: soon).count == 1)
    for _ in 1...9 { gate.signal() }
  }

  @Test("a name whose look-up took long is slow, though somebody was there for the answer")
  func slowAnswer() async throws {
    let gate = DispatchSemaphore(value: 0)
    let resolver = resolver(concurrency: 2, patience: .zero, gate)
    _ = try await resolver.resolve(host: "late", port: 80, deadline: soon)
    await giveUp(on: 1, of: resolver)
    await #expect(throws: ResolverError.deadlinePassed(host: "late")) {
      try await resolver.resolve(host: "late", port: 80, deadline: .after(.milliseconds(10)))
    }
    gate.signal()
    #expect(try await resolver.resolve(host: "late", port: 80, deadline: soon).count == 1)
  }

  @Test("a name that nobody waits for any more is not looked up")
  func abandonedName() async throws {
    let gate = DispatchSemaphore(value: 0)
    let seen = Mutex<[String]>([])
    let resolver = Resolver(concurrency: 1) { host in
      seen.withLock { $0.append(host) }
      if host == "slow" { gate.wait() }
      return .success([IPAddress(v4: 7)])
    }
    for host in ["slow", "abandoned"] {
      await #expect(throws: ResolverError.deadlinePassed(host: host)) {
        try await resolver.resolve(host: host, port: 80, deadline: .after(.milliseconds(10)))
      }
    }
    gate.signal()
    _ = try await resolver.resolve(host: "next", port: 80, deadline: soon)
    #expect(seen.withLock { $0 } == ["slow", "next"])
  }

  @Test("cancelling the task ends the wait")
  func cancellation() async {
    let gate = DispatchSemaphore(value: 0)
    let resolver = Resolver { _ in
      gate.wait()
      return .success([])
    }
    let task = Task { try await resolver.resolve(host: "x", port: 80, deadline: .never) }
    task.cancel()
    await #expect(throws: ResolverError.cancelled(host: "x")) { try await task.value }
    gate.signal()
  }
}
