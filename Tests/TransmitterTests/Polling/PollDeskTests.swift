import JOSE
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// RFC 8936: what a poll settles and what it is answered. How long it waits is in `PollWaitTests`.
@Suite(.timeLimit(.minutes(2))) struct PollDeskTests {
  private let domain: TestDomain
  private let desk: PollDesk
  private let stream: Stream

  init() async throws {
    domain = try await TestDomain()
    desk = try await domain.makeDesk(limits: PollDesk.Limits(tokensInAnswer: 3))
    stream = try await domain.makePolledStream()
  }

  /// Has events about these addresses wait; answers their `jti`.
  private func queue(_ addresses: String...) async throws -> [String] {
    try await domain.emit(addresses: addresses).tokenIDs(for: stream)
  }

  @Test("RFC 8936 2.3 SETs come oldest first, and say so when there are more")
  func order() async throws {
    let ids = try await queue("a@example.com", "b@example.com", "a@example.com", "c@example.com")
    let answer = try await desk.look(at: stream)
    #expect(answer.tokenIDs == Array(ids[..<3]) && answer.isMoreAvailable)
    let rest = try await desk.look(at: stream, acknowledging: answer.tokenIDs)
    #expect(rest.tokenIDs == [ids[3]] && !rest.isMoreAvailable)
  }

  @Test("the SETs that wait for one subject are offered together: a poll keeps their order by itself")
  func sameSubject() async throws {
    let ids = try await queue("a@example.com", "a@example.com", "a@example.com")
    #expect(try await desk.look(at: stream).tokenIDs == ids)
  }

  @Test(
    "RFC 8936 2.2 maxEvents bounds an answer, and so do we",
    arguments: [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (Int(Int32.max), 3)])
  func maximum(wanted: Int, expected: Int) async throws {
    let ids = try await queue("a@example.com", "b@example.com", "c@example.com", "d@example.com")
    let answer = try await desk.look(at: stream, maximum: wanted)
    #expect(answer.tokenIDs == Array(ids[..<expected]))
    #expect(answer.isMoreAvailable)
  }

  @Test(
    "an answer is bounded in bytes too: it ends with the SET that reaches the bound, and says that there are more"
  )
  func size() async throws {
    var limits = PollDesk.Limits()
    limits.eventBytesInAnswer = 1000
    let small = try await domain.makeDesk(limits: limits)
    let large = ["a", "b", "c", "d"].map { EventSubmission.large("\($0)@example.com", bytes: 400) }
    let ids = try await domain.intake.accept(large).tokenIDs(for: stream)
    let answer = try await small.look(at: stream)
    #expect(answer.tokenIDs == Array(ids[..<3]) && answer.isMoreAvailable)
    let rest = try await small.look(at: stream, acknowledging: answer.tokenIDs)
    #expect(rest.tokenIDs == [ids[3]] && !rest.isMoreAvailable)
    let larger = try await domain.intake.accept([.large("e@example.com", bytes: 5000)]).tokenIDs(for: stream)
    #expect(try await small.look(at: stream, acknowledging: rest.tokenIDs).tokenIDs == larger)
  }

  @Test("RFC 8936 2.4 what is not acknowledged is offered again, byte for byte")
  func offeredAgain() async throws {
    _ = try await queue("a@example.com", "b@example.com")
    let answer = try await desk.look(at: stream)
    #expect(try await desk.look(at: stream) == answer)
    // As after a restart, when nothing is cached.
    #expect(try await domain.makeDesk().look(at: stream) == answer)
  }

  @Test("a SET holds the claims that were fixed when its event was accepted")
  func claims() async throws {
    let ids = try await queue("a@example.com")
    let accepted = domain.clock.now
    domain.clock.advance(by: .seconds(100))
    let compact = try #require(try await desk.look(at: stream).tokens.first).compact
    let claims = try JSONValue(parsing: CompactJWS(parsing: compact).payload)
    #expect(claims["jti"] == .string(ids[0]))
    #expect(claims["iat"] == .integer(accepted.seconds))
    #expect(claims["iss"] == .string(TestDomain.issuer))
    #expect(claims["aud"] == .string(stream.audience))
  }

  @Test("RFC 8936 2.2 acknowledged and refused SETs are settled, and counted as what they are")
  func settling() async throws {
    let ids = try await queue("a@example.com", "b@example.com", "c@example.com")
    let report = SETErrorReport(json: ["err": "invalid_audience", "description": "no"])
    let answer = try await desk.look(
      at: stream, acknowledging: [ids[0]], rejecting: [ids[1]: report, ids[2]: nil])
    #expect(answer == PollAnswer(tokens: [], isMoreAvailable: false))
    let totals = domain.totals(of: stream)
    #expect(totals.delivered == 1 && totals.dead == 2 && totals.pending == 0)
    try await domain.expectBalance(of: stream)
    #expect(try await codes() == ["invalid_audience", "poll_acknowledged", "poll_rejected"])
  }

  /// The codes by which deliveries were settled, sorted.
  private func codes() async throws -> [String] {
    try await domain.store.read { database in
      try database.query("SELECT last_code FROM delivery WHERE state > 0 ORDER BY last_code") {
        try $0.text(0)
      }
    }
  }

  @Test("an acknowledgement that is repeated, unknown or another stream's changes nothing")
  func ignored() async throws {
    let other = try await domain.makePolledStream()
    let accepted = try await domain.emit("a@example.com", "b@example.com")
    let ids = accepted.tokenIDs(for: stream)
    for _ in 1...2 {
      let answer = try await desk.look(
        at: stream, acknowledging: [ids[0], ids[0], "never-was"] + accepted.tokenIDs(for: other),
        rejecting: ["never-was": nil, ids[0]: nil])
      #expect(answer.tokenIDs == [ids[1]])
    }
    #expect(domain.totals(of: stream).delivered == 1 && domain.totals(of: stream).dead == 0)
    #expect(domain.totals(of: other).pending == 2)
  }

  @Test("more acknowledgements than fit into one transaction all count")
  func manyAcknowledgements() async throws {
    let ids = try await domain.emit(addresses: (0..<1100).map { "\($0)@example.com" }).tokenIDs(for: stream)
    _ = try await desk.look(at: stream, acknowledging: ids)
    #expect(domain.totals(of: stream).delivered == 1100)
    try await domain.expectBalance(of: stream)
  }

  @Test("P4 what nobody polled before the horizon is expired, however much it is; the rest is offered")
  func expiry() async throws {
    try await domain.emit(addresses: (0..<1100).map { "\($0)@example.com" })
    domain.clock.advance(by: .seconds(3600))
    let young = try await queue("young@example.com")
    domain.clock.advance(by: domain.world.machine.horizon - .seconds(1800))
    #expect(try await desk.look(at: stream).tokenIDs == young)
    #expect(domain.totals(of: stream).expired == 1100)
    try await domain.expectBalance(of: stream)
  }

  @Test("up to the horizon everything is offered")
  func beforeHorizon() async throws {
    let ids = try await queue("a@example.com")
    domain.clock.advance(by: domain.world.machine.horizon)
    #expect(try await desk.look(at: stream).tokenIDs == ids)
  }

  @Test(
    "SSF 8.1.2.1 a stopped stream offers nothing but still takes acknowledgements",
    arguments: [
      StreamStatus.paused, .disabled,
    ])
  func stopped(status: StreamStatus) async throws {
    let ids = try await queue("a@example.com", "b@example.com")
    try await domain.setStatus(status, of: stream)
    let answer = try await desk.look(at: stream, acknowledging: [ids[0]])
    #expect(answer == PollAnswer(tokens: [], isMoreAvailable: false))
    #expect(domain.totals(of: stream).delivered == 1)
    try await domain.setStatus(.enabled, of: stream)
    #expect(try await desk.look(at: stream).tokenIDs == (status == .paused ? [ids[1]] : []))
  }

  @Test("SSF 8 a stream that is missing, somebody else's or pushed is not there to be polled")
  func refused() async throws {
    let foreign = try await domain.makePolledStream(
      for: Principal(clientID: "other", audience: nil, scopes: []))
    let pushed = try await domain.makeStream()
    for id in [foreign.id, pushed.id, "never-was"] {
      let error = await #expect(throws: RegistryError.self) {
        _ = try await desk.serve(
          PollRequest(returnsImmediately: true), stream: id, of: TestDomain.owner)
      }
      guard case .noSuchStream(id)? = error else {
        return #expect(Bool(false), "\(String(describing: error))")
      }
    }
  }
}

extension EventSubmission {
  /// An event whose members have this many bytes and a few more.
  fileprivate static func large(_ address: String, bytes: Int) -> EventSubmission {
    let event: JSONValue = [
      "type": "session-revoked", "subject": ["format": "email", "email": .string(address)],
      "members": ["note": .string(String(repeating: "x", count: bytes))],
    ]
    guard let submission = try? EventSubmission(event) else { preconditionFailure("no event") }
    return submission
  }
}
