import API
import HTTPServer
import Sockets
import Transmitter

/// Limits for callers, and whom they are counted for.
extension SettingReader {
  func rateLimits() throws(ConfigurationError) -> RateLimits.Policy {
    let failures = try integer("limits.failed_authentications_per_minute")
    return RateLimits.Policy(
      management: try rate("limits.management_per_second"), polls: try rate("limits.polls_per_second"),
      intake: try rate("limits.submissions_per_second"), changes: try changes(),
      failures: TokenBucket.Rate(failures, per: .seconds(60), burst: failures))
  }

  private func rate(_ key: String) throws(ConfigurationError) -> TokenBucket.Rate? {
    let count = try integer(key)
    return count == 0 ? nil : TokenBucket.Rate(count, per: .seconds(1), burst: 2 * count)
  }

  /// At once there may be as many as a receiver needs that adds all of its subjects.
  private func changes() throws(ConfigurationError) -> TokenBucket.Rate? {
    let count = try integer("limits.changes_per_day")
    return count == 0 ? nil : TokenBucket.Rate(count, per: .seconds(86_400), burst: 100 * count)
  }

  func trustedProxies() throws(ConfigurationError) -> TrustedProxies {
    let key = "public.trusted_proxies"
    return try parse(key) { TrustedProxies(try texts(key).map(CIDR.init)) }
  }
}
