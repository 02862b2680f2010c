package import Logging
import OpenSSL

/// What the domain takes from the outside world: time, randomness and the log sink.
///
/// Everything that would make a run differ from the next one comes in through this value, so that a test
/// can replay any situation exactly.
package struct Environment: Sendable {
  /// The wall clock.
  package var now: @Sendable () -> Timestamp
  /// The time since some instant before the start, on a clock that nobody sets: for whatever is measured.
  package var uptime: @Sendable () -> Duration
  /// Suspends for a time on a monotonic clock; throws on cancellation.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// Unpredictable bytes, fit for tokens and keys.
  package var randomBytes: @Sendable (Int) -> [UInt8]
  package var logger: Logger

  package init(
    now: @escaping @Sendable () -> Timestamp,
    uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    randomBytes: @escaping @Sendable (Int) -> [UInt8],
    logger: Logger
  ) {
    self.now = now
    self.uptime = uptime
    self.sleep = sleep
    self.randomBytes = randomBytes
    self.logger = logger
  }

  /// The real world.
  package static func live(logger: Logger) -> Environment {
    Environment(
      now: Timestamp.wallClock, uptime: { .sinceBoot }, sleep: { try await Task.sleep(for: $0) },
      randomBytes: secureBytes,
      logger: logger)
  }

  /// A new identifier: 128 random bits in lower-case base32, 26 unreserved characters (SSF §8.1.1).
  package func newIdentifier() -> String {
    Base32.encode(randomBytes(16))
  }

  /// A new `jti` or `txn`: 48 bits of the time in milliseconds, then 80 random ones, so that those of one time stand
  /// together in the index that finds them: random ones alone would cost each row a page of its own.
  package func newOrderedIdentifier() -> String {
    let time = UInt64(bitPattern: now().milliseconds)
    return Base32.encode(
      (0..<6).reversed().map { UInt8(truncatingIfNeeded: time >> ($0 * 8)) } + randomBytes(10))
  }

  /// A uniform fraction in 0 ..< 1, for jitter.
  package func randomFraction() -> Double {
    let bits = randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits >> 11) / Double(UInt64(1) << 53)
  }
}

/// Without randomness no token, key or `jti` is safe to make: there is nothing left to do but stop.
private func secureBytes(_ count: Int) -> [UInt8] {
  do {
    return try SecureRandom.bytes(count)
  } catch {
    fatalError("the system's random source failed: \(error)")
  }
}
