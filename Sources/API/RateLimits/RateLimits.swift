import HTTPServer
import Sockets
package import Transmitter

/// How often a client may call, and how often somebody at an address may fail to say who he is.
package struct RateLimits: Sendable {
  /// What the configuration says; nil for no limit.
  package struct Policy: Sendable {
    /// Of each client, whatever it manages.
    package var management: TokenBucket.Rate?
    package var polls: TokenBucket.Rate?
    /// Of requests, however many events are in them.
    package var intake: TokenBucket.Rate?
    /// Of each client, what stands in the audit log afterwards.
    package var changes: TokenBucket.Rate?
    /// Of each address, attempts with credentials that are of no use.
    package var failures: TokenBucket.Rate

    package init(
      management: TokenBucket.Rate? = TokenBucket.Rate(50, per: .seconds(1), burst: 100),
      polls: TokenBucket.Rate? = nil, intake: TokenBucket.Rate? = nil, changes: TokenBucket.Rate? = nil,
      failures: TokenBucket.Rate = TokenBucket.Rate(20, per: .seconds(60), burst: 20)
    ) {
      self.management = management
      self.polls = polls
      self.intake = intake
      self.changes = changes
      self.failures = failures
    }
  }

  private var clients: [RateClass: BucketTable<String>] = [:]
  private var changes: BucketTable<String>?
  private let failures: BucketTable<IPAddress>

  package init(_ policy: Policy) {
    clients[.management] = policy.management.map { BucketTable($0) }
    clients[.polls] = policy.polls.map { BucketTable($0) }
    clients[.intake] = policy.intake.map { BucketTable($0) }
    changes = policy.changes.map { BucketTable($0) }
    failures = BucketTable(policy.failures)
  }

  /// The same, for a listener where administrators may work as fast as they can.
  var withoutManagement: RateLimits {
    var limits = self
    limits.clients[.management] = nil
    limits.changes = nil
    return limits
  }

  /// Counts a call of a client; nil where there is no limit.
  ///
  /// - Parameter now: an uptime.
  func charge(_ client: String, for rateClass: RateClass, at now: Duration) -> RateStanding? {
    clients[rateClass].map { RateStanding(policy: rateClass.rawValue, bucket: $0.take(client, at: now)) }
  }

  /// What a client that calls now may change; nil where there is no limit.
  func auditAllowance(at now: Duration) -> AuditAllowance? {
    changes.map { AuditAllowance(from: $0, at: now) }
  }

  /// Counts a failed attempt; nil for one from this machine.
  func chargeFailure(of client: ClientAddress, at now: Duration) -> RateStanding? {
    guard !client.isLocal else { return nil }
    return RateStanding(
      policy: "authentication-failures", bucket: failures.take(client.ip.subscriber, at: now))
  }
}

/// What kind of call it is, of those that are limited apart.
enum RateClass: String, Sendable {
  case management, polls, intake
}
