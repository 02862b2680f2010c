import API
import HTTP
import HTTPClient
import HTTPServer
import IdentitySources
import JSON
import Logging
import SharedSignals
import Sockets
import Transmitter

/// What the daemon runs with: one immutable value, made from the settings by exactly the checks of start-up.
struct Configuration: Sendable {
  /// nil in development: the bound public address stands in.
  let issuer: HTTPURL?
  let stateDirectory: String
  /// What is set aside in it for a full disk.
  let ballastBytes: Int
  let development: Bool
  let publicListener: Listener
  let adminListener: Listener
  let trustedProxies: TrustedProxies
  let rateLimits: RateLimits.Policy
  let streams: StreamPolicy
  let events: EventPolicy
  let delivery: Delivery
  let polls: PollDesk.Limits
  let keys: KeyPolicy
  /// How long an access token of our own is good.
  let tokenLifetime: Duration
  let rules: RuleSet
  /// Those whose access tokens are accepted besides our own.
  let issuers: [TrustedIssuer]
  let identitySources: IdentitySources
  /// How long entries of the audit log are kept; nil for ever.
  let auditRetention: Duration?
  let log: LogSettings

  struct IdentitySources: Sendable {
    let policy: IdentitySourcePolicy
    /// Those that a start makes.
    let required: [String]
  }

  struct Listener: Sendable {
    let address: SocketAddress
    /// nil: any host name will do.
    let hosts: Set<String>?
  }

  struct Delivery: Sendable {
    let caFile: String?
    let proxy: HTTPURL?
    let attemptTimeout: Duration
    let machine: DeliveryStateMachine
    let windows: Dispatcher.Windows
    let history: HistoryRetention.Terms
  }

  /// - Throws: `ConfigurationError` that names the key, where its value came from, and what it must be.
  init(_ settings: Settings) throws {
    let reader = SettingReader(settings)
    development = try reader.boolean("development")
    issuer = try reader.issuer(development: development)
    stateDirectory = try reader.text("state_directory")
    ballastBytes = try reader.integer("storage.ballast_bytes")
    publicListener = try reader.listener("public")
    adminListener = try reader.listener("admin")
    trustedProxies = try reader.trustedProxies()
    rateLimits = try reader.rateLimits()
    streams = try reader.streamPolicy(development: development)
    events = EventPolicy(requiresReason: try reader.boolean("events.require_reason_admin"))
    delivery = try reader.delivery()
    polls = try reader.polls()
    keys = try reader.keys()
    tokenLifetime = try reader.duration("tokens.lifetime", in: .seconds(60)...AccessTokenMint.longestLifetime)
    rules = try reader.rules(under: events)
    issuers = try reader.issuers(besides: issuer, reachableBy: streams.destinations)
    identitySources = try reader.identitySources()
    auditRetention = try reader.auditRetention()
    log = try reader.log()
  }
}

struct LogSettings: Sendable {
  enum Format: String, CaseIterable, Sendable { case auto, logfmt, json }

  let level: Logger.Level
  let format: Format
}
