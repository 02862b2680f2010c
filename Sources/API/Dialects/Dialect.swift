import SharedSignals
import Transmitter

/// How one family of clients speaks the one protocol: where its endpoints are, what its requests must hold, and
/// how streams and refusals are shown to it.
///
/// All that the families differ in stands here, as data. What the operations do is the registry's, and the same
/// for all; a stream made in one family can be read and changed in another.
struct Dialect: Sendable {
  /// The stream endpoints of a family.
  struct StreamPaths: Sendable {
    let configuration: String
    let status: String
    let verification: String
  }

  /// Where subjects are added to a stream and removed from it.
  struct SubjectPaths: Sendable {
    let addition: String
    let removal: String
  }

  /// What a change does to the `delivery` of a stream.
  enum DeliveryUpdate {
    /// It takes the place of the former one.
    case whole
    /// So too, but the authorization header stays where the endpoint does and no other header is named: the
    /// client writes back what it read, and it cannot read the header.
    case wholeButHeader
    /// In PATCH, member by member.
    case byMember
  }

  // MARK: - Where

  /// Path prefixes that belong to the family: what is refused below them is refused in its style. The standard
  /// family needs none.
  private(set) var bases: [String]
  /// The stream endpoints; the first are those that discovery announces.
  let streamPaths: [StreamPaths]
  /// The subject endpoints, if the family has any.
  var subjectPaths: SubjectPaths?
  /// Where the family's metadata is answered, if it has its own.
  let wellKnownPaths: [String]
  /// Where the public keys are; the first is the one that discovery announces.
  let keySetPaths: [String]
  let keySetMediaType: String

  // MARK: - Requests

  /// Members without which no stream is made.
  let requiredInCreation: [String]
  /// Members without which no stream is replaced.
  let requiredInReplacement: [String]
  /// The most event types that may be asked for, where the family has a bound of its own.
  let mostEventTypes: Int?
  /// Whether a change or a deletion that names no stream means the client's only one.
  let assumesOnlyStream: Bool
  /// Whether no body at all is an empty object: some SDKs leave out every empty value.
  let readsNoBodyAsEmpty: Bool
  let deliveryUpdate: DeliveryUpdate
  /// Whether streams may be polled. If not, such streams are not there for this family.
  let allowsPolling: Bool
  /// Whether lists can be filtered by what `aud` contains.
  let filtersByAudience: Bool

  // MARK: - Answers

  /// The one value of `format`, a member that the family kept from the drafts; nil for no such member.
  let subjectFormat: String?
  /// Whether `events_requested` is shown also for a stream that asks for everything.
  let spellsOutEvents: Bool
  /// Whether the items of a list have `aud`.
  let listsAudience: Bool
  /// Whether a configuration shows the stream's status: SSF does not ask for it, but some receivers do.
  let showsStatus: Bool
  /// Whether answers to changes have `updatedAt`.
  let showsUpdateTime: Bool
  /// Whether the family knows `paused`; if not, it is shown as `disabled`.
  let knowsPaused: Bool
  /// The field of every answer that names the request, if the family has one.
  let requestIDField: String?
  /// Whether answers tell how the client stands with the rate limit in Okta's fields too.
  let showsRateLimit: Bool
  private(set) var errors: ErrorStyle
}

extension Dialect {
  /// The family at its token endpoint, where all families are told of refusals in OAuth's way.
  func atTokenEndpoint(_ path: String) -> Dialect {
    var dialect = self
    dialect.bases = [path]
    dialect.errors = .oauth
    return dialect
  }

  /// Whether a stream exists for this family.
  func shows(_ stream: Stream) -> Bool {
    allowsPolling || stream.settings.delivery.pushTarget != nil
  }

  /// The family's name of a status.
  func name(of status: StreamStatus) -> String {
    status == .paused && !knowsPaused ? StreamStatus.disabled.rawValue : status.rawValue
  }
}
