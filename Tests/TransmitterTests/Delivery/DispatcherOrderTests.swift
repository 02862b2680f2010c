import HTTP
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// P6: what is about one subject arrives in the order of its acceptance, and nothing else waits for it.
@Suite(.timeLimit(.minutes(2))) struct DispatcherOrderTests {
  /// The `jti` of what was accepted and of what came about each address, in order.
  private func jtis(_ receipts: [AcceptedEvent], _ addresses: [String]) -> [String: [String]] {
    let pairs = zip(addresses, receipts).map { ($0, $1.deliveries.map(\.jti)) }
    return Dictionary(pairs, uniquingKeysWith: +)
  }

  private func arrivals(at receiver: LoopbackReceiver) -> [String: [String]] {
    let pairs = receiver.pushes.map { ($0.address ?? "", [$0.token.id]) }
    return Dictionary(pairs, uniquingKeysWith: +)
  }

  @Test("SSF 8.1.2.1 each subject's events arrive in order, one at a time, among many subjects")
  func manySubjects() async throws {
    let domain = try await TestDomain()
    let underWay = Shared<Set<String>>([])
    let receiver = try LoopbackReceiver { push in
      let address = push.address ?? ""
      let isAlone = underWay.withLock { $0.insert(address).inserted }
      #expect(isAlone, "two of \(address) at once")
      await Task.yield()
      underWay.withLock { _ = $0.remove(address) }
      return .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    let addresses = (0..<300).map { "\($0 * 7 % 23)@example.com" }
    try await domain.delivering {
      let receipts = try await domain.emit(addresses: addresses)
      try await domain.waitUntilNothingPends(of: stream)
      #expect(arrivals(at: receiver) == jtis(receipts, addresses))
    }
  }

  @Test("a subject whose event hangs holds back its own later events and nothing else")
  func slowSubject() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let receiver = try LoopbackReceiver { push in
      if push.address == "slow@example.com" { await gate.pass() }
      return .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    let addresses = (0..<200).map { $0.isMultiple(of: 4) ? "slow@example.com" : "\($0)@example.com" }
    try await domain.delivering {
      let receipts = try await domain.emit(addresses: addresses)
      try await domain.wait(for: stream, until: "the others are delivered") { $0.delivered == 150 }
      #expect(arrivals(at: receiver)["slow@example.com"]?.count == 1)
      #expect(domain.totals(of: stream).pending == 50)
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
      #expect(arrivals(at: receiver) == jtis(receipts, addresses))
    }
  }

  @Test("an event that waits for a retry holds back its own subject until it is delivered")
  func failingSubject() async throws {
    let domain = try await TestDomain()
    let isUp = Shared(false)
    let receiver = try LoopbackReceiver { push in
      guard push.address == "failing@example.com" else { return .accepted }
      return isUp.value ? .accepted : Response(status: .serviceUnavailable)
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("failing@example.com", "failing@example.com", "other@example.com")
      try await domain.wait(for: stream, until: "the other is delivered") { $0.delivered == 1 }
      try await domain.advanceClock(until: "the first was tried five times") {
        receiver.pushes.count { $0.address == "failing@example.com" } >= 5
      }
      let failing = receiver.pushes.filter { $0.address == "failing@example.com" }
      #expect(Set(failing.map(\.token.id)).count == 1)
      isUp.value = true
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 3 }
    }
    try await domain.expectBalance(of: stream)
  }

  @Test("P6 an event that is rejected moves aside at once, is tried twice more, and is dead with its code")
  func poison() async throws {
    let domain = try await TestDomain()
    let poison = Shared("")
    let receiver = try LoopbackReceiver { push in
      push.token.id == poison.value ? .refusal("invalid_audience") : .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    let receipts = try await domain.emit("a@example.com", "a@example.com", "a@example.com")
    let bad = try #require(receipts.first?.deliveries.first?.jti)
    poison.value = bad
    let start = domain.clock.now
    try await domain.delivering {
      try await domain.wait(for: stream, until: "the later ones are delivered") { $0.delivered == 2 }
      #expect(domain.totals(of: stream).pending == 1)
      try await domain.expectBalance(of: stream)
      try await domain.advanceClock(until: "it is dead") { domain.totals(of: stream).dead == 1 }
    }
    #expect(receiver.tokenIDs.count { $0 == bad } == 3)
    #expect(domain.clock.now.since(start) >= .seconds(900))
    let row = try await domain.store.read { database in
      try database.first("SELECT last_code, last_status, attempts, rejections FROM delivery WHERE state = 2")
      {
        "\(try $0.text(0)) \(try $0.int(1)) \(try $0.int(2)) \(try $0.int(3))"
      }
    }
    // The last rejection ends it, so only the two before it are counted as those to be repeated.
    #expect(row == "invalid_audience 400 3 2")
    try await domain.expectBalance(of: stream)
  }

  @Test("an event that is refused is dead at once, and its subject goes on")
  func refused() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver { push in
      push.token.members["initiating_entity"] == nil ? .accepted : .refusal("invalid_request")
    }
    let stream = try await domain.makeStream(receiver.url())
    let subject = try EventSubmission.sessionRevoked("a@example.com")
    let bad = try EventSubmission([
      "type": "session-revoked", "subject": subject.subject.json, "members": ["initiating_entity": "user"],
    ])
    try await domain.delivering {
      _ = try await domain.intake.accept([bad, subject, bad, subject])
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(domain.totals(of: stream).dead == 2 && domain.totals(of: stream).delivered == 2)
    #expect(receiver.pushes.count == 4)
    try await domain.expectBalance(of: stream)
  }
}
