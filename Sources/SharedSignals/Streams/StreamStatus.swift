/// Whether a stream delivers (SSF 1.0 §8.1.2).
package enum StreamStatus: String, CaseIterable, Sendable {
  /// Events are delivered.
  case enabled
  /// Events are held until the stream is enabled again.
  case paused
  /// Events are neither delivered nor held.
  case disabled
}
