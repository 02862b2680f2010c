/// Why a token stands for nobody. The causes are for the log; whoever shows a token never learns them.
package enum AuthenticationFailure: Error, Sendable {
  /// The token is of no use, now or ever.
  case invalid(String)
  /// Whether it is good cannot be told now.
  case unavailable(String, retryAfter: Duration)
}
