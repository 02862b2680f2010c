import JSON
import TestSupport
import Testing

@testable import Transmitter

@Suite struct ProofMemoryTests {
  private let clock = TestClock()
  private let key: TestKey

  init() throws {
    key = try TestKey()
  }

  private func proof(_ id: Int) throws -> DPoPProof {
    try DPoPProof(
      parsing: key.proof("GET", "https://tr.example.com/", at: clock.now, ["jti": .string("\(id)")]))
  }

  /// Whether the proof was noted; nil if there is no room for it.
  private func use(_ id: Int, of client: String = "app", in memory: inout ProofMemory) throws -> Bool? {
    let proof = try proof(id)
    do throws(AuthenticationFailure) {
      try memory.use(proof, of: client, at: clock.now)
      return true
    } catch {
      switch error {
      case .invalid: return false
      case .unavailable(_, let wait):
        #expect((Duration.seconds(1)...ProofMemory.window).contains(wait))
        return nil
      }
    }
  }

  @Test("a client that has filled its share waits, and others do not")
  func share() throws {
    var memory = ProofMemory(at: clock.now, mostUses: 10, mostUsesOfClient: 3)
    for id in 1...3 { #expect(try use(id, in: &memory) == true) }
    #expect(try use(4, in: &memory) == nil)
    #expect(try use(2, in: &memory) == false)
    #expect(try use(5, of: "other", in: &memory) == true)
    clock.advance(by: ProofMemory.window)
    #expect(try use(4, in: &memory) == true)
  }

  @Test("what is kept is bounded in all, and nothing that could be used again is forgotten for room")
  func bound() throws {
    var memory = ProofMemory(at: clock.now, mostUses: 5, mostUsesOfClient: 5)
    for id in 1...5 { #expect(try use(id, of: "client \(id)", in: &memory) == true) }
    #expect(try use(6, of: "client 6", in: &memory) == nil)
    for id in 1...5 { #expect(try use(id, in: &memory) == false) }
  }

  @Test("a proof is remembered for its window at least, and forgotten after two")
  func forgetting() throws {
    var memory = ProofMemory(at: clock.now)
    clock.advance(by: .seconds(119))
    #expect(try use(1, in: &memory) == true)
    clock.advance(by: .seconds(120))
    #expect(try use(1, in: &memory) == false)
    clock.advance(by: .seconds(241))
    #expect(try use(1, in: &memory) == true)
  }
}
