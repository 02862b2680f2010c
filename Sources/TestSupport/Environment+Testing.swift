import Logging
package import Transmitter

extension Environment {
  /// An environment in the test's hand: time stands still until the test moves it, randomness repeats, and
  /// nothing is logged.
  package static func testing(clock: TestClock, random: SeededRandom = SeededRandom()) -> Environment {
    Environment(
      now: { clock.now }, uptime: { clock.uptime }, sleep: { try await clock.sleep($0) },
      randomBytes: { random.bytes($0) }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}
