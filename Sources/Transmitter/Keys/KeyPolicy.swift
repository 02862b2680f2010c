/// How long keys stay in their states.
package struct KeyPolicy: Sendable {
  /// How long others may keep a key set before they look for a new one: its `Cache-Control: max-age`.
  package var maxAge: Duration
  /// How long after its acceptance an event may still be delivered.
  package var horizon: Duration
  /// The age at which an active key gets a successor; nil for never.
  package var rotateAfter: Duration?

  package init(
    maxAge: Duration = .seconds(3600), horizon: Duration = .seconds(7 * 86_400), rotateAfter: Duration? = nil
  ) {
    self.maxAge = maxAge
    self.horizon = horizon
    self.rotateAfter = rotateAfter
  }

  /// How long a key is published before it signs: until no key set without it can be in any cache. A tenth and a
  /// second more than `maxAge`, since caches count from the arrival of what was sent before, by clocks of their own.
  var publication: Duration { maxAge + maxAge / 10 + .seconds(1) }

  /// How long a key is published after it has signed for the last time.
  func retention(for purpose: SigningKey.Purpose) -> Duration {
    switch purpose {
    case .set: horizon + maxAge
    case .token: AccessTokenMint.longestLifetime + maxAge
    }
  }
}
