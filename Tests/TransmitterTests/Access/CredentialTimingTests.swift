import TestSupport
import Testing

@testable import Transmitter

/// Two samples of the same operation, taken in turn, so that whatever else the machine does meets both. The quickest run
/// of each is compared: that is what an attacker who repeats would find, and the only figure that load does not move.
@Suite(.serialized) struct CredentialTimingTests {
  private static let bound = 0.85...1.18

  /// How much longer the first takes than the second, at best.
  private func ratio(rounds: Int, _ first: () -> Void, _ second: () -> Void) -> Double {
    var quickest = (first: Duration.seconds(1), second: Duration.seconds(1))
    let clock = ContinuousClock()
    for _ in 1...rounds {
      quickest.first = min(quickest.first, clock.measure(first))
      quickest.second = min(quickest.second, clock.measure(second))
    }
    return quickest.first / quickest.second
  }

  private func domain() async throws -> TestDomain {
    let domain = try await TestDomain()
    try await domain.makeClient()
    return domain
  }

  @Test("P14 a wrong secret under a known token id costs what an unknown id does")
  func tokens() async throws {
    let domain = try await domain()
    let known = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: nil).token.id
    let (wrong, unknown) = (
      TokenText(forging: known), TokenText(.accessToken, environment: domain.environment)
    )
    #expect(wrong.id == known && unknown.id != known)
    let ratio = ratio(
      rounds: 2000, { _ = domain.access.principal(presenting: wrong.text) },
      { _ = domain.access.principal(presenting: unknown.text) })
    #expect(Self.bound.contains(ratio))
  }

  /// The text is so long that its digest is nearly all of the work: who saves that for an unknown client shows it.
  @Test(
    "P14 a wrong client secret costs what an unknown client does", arguments: [(1, 2000), (100_000, 200)])
  func secrets(length: Int, rounds: Int) async throws {
    let domain = try await domain()
    _ = try await domain.access.createSecret(for: "receiver")
    let wrong = String(repeating: "x", count: length)
    let ratio = ratio(
      rounds: rounds, { _ = domain.access.secret(of: "receiver", shownAs: wrong) },
      { _ = domain.access.secret(of: "stranger", shownAs: wrong) })
    #expect(Self.bound.contains(ratio))
  }
}
