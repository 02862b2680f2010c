import IdentitySources
import JSON

extension Setting {
  /// Every key there is, in the order of the example file.
  static let all: [Setting] = [
    Setting(
      "issuer", .text, .null,
      "The transmitter's https URL as receivers see it: the base of every URL it announces, and `iss` of every SET. "
        + "In development it may be left out (the public address) and may be http."),
    Setting(
      "state_directory", .text, "/var/lib/ssf-transmitter",
      "Where the database, the key-encryption key and the admin token live."),
    Setting(
      "storage.ballast_bytes", .integer(1_048_576...1_073_741_824), 8_388_608,
      "Disk space kept free in the state directory: with it deliveries go on while the disk is full."),
    Setting(
      "development", .boolean, false,
      "Allows an http issuer, and receivers over http and on loopback addresses. Never in production."),
    Setting(
      "public.listen", .text, "127.0.0.1:8080", "Address of the public listener; TLS is the reverse proxy's."),
    Setting(
      "public.hosts", .texts, [],
      "Host names that the public listener answers to (421 for others); empty: any."),
    Setting(
      "public.trusted_proxies", .texts, [],
      "Address blocks (CIDR) of reverse proxies that are believed in X-Forwarded-For and Forwarded."),
    Setting("admin.listen", .text, "127.0.0.1:8081", "Address of the admin listener."),
    Setting(
      "admin.hosts", .texts, ["localhost", "127.0.0.1", "[::1]"],
      "Host names that the admin listener answers to; empty: any."),
    Setting(
      "limits.streams", .integer(1...1_000_000), 10, "Streams in all, without those an administrator made."),
    Setting("limits.streams_per_client", .integer(1...1_000_000), 1, "Streams of one client."),
    Setting(
      "limits.subjects_per_stream", .integer(1...1_000_000_000), 1_000_000, "Subjects kept for one stream."),
    Setting(
      "limits.subject_changes_per_second", .integer(1...1_000_000), 50,
      "How fast one client may add and remove subjects; twice as many at once."),
    Setting(
      "limits.management_per_second", .integer(0...1_000_000), 50,
      "Calls of one client to the public APIs, without polls; twice as many at once; 0: any."),
    Setting(
      "limits.changes_per_day", .integer(0...1_000_000), 10_000,
      "Changes of one client through the public APIs, each of which leaves an entry in the audit log; a hundred times "
        + "as many at once; 0: any."),
    Setting(
      "limits.polls_per_second", .integer(0...1_000_000), 0,
      "Polls of one client; twice as many at once; 0: any."),
    Setting(
      "limits.submissions_per_second", .integer(0...1_000_000), 0,
      "Submissions of one producer, of events or identities, however many are in each; twice as many at once; "
        + "0: any."),
    Setting(
      "limits.failed_authentications_per_minute", .integer(1...1_000_000), 20,
      "Failed attempts to authenticate from one address (an IPv6 /64); as many at once."),
    Setting(
      "subjects.default", .text, "ALL",
      "What a new stream begins with: ALL subjects, until some are removed, or NONE, until some are added."),
    Setting(
      "subjects.removal_grace", .duration, "0s", "How long the events of a removed subject go on (SSF §9.3)."),
    Setting(
      "streams.min_verification_interval", .duration, "60s",
      "How often a receiver may ask for a verification event."),
    Setting(
      "streams.verify_on_create", .boolean, true, "Sends a verification event to every new stream."),
    Setting(
      "streams.inactivity_timeout", .duration, 0,
      "Pauses a receiver's stream after this long without a management call or poll of it; 0: never."),
    Setting(
      "events.custom_types", .texts, [],
      "Event type URIs beyond CAEP and RISC that streams may ask for."),
    Setting(
      "events.require_reason_admin", .boolean, false,
      "Refuses events of the CAEP Interoperability Profile without `reason_admin`, which CAEP lets be absent, and rules "
        + "that make such."),
    Setting(
      "delivery.allowed_networks", .texts, [],
      "Address blocks (CIDR) that receivers may have although they are not public, such as 10.20.0.0/16."),
    Setting(
      "delivery.ca_file", .text, .null, "PEM file of certificate authorities to trust besides the system's."),
    Setting(
      "delivery.proxy", .text, .null,
      "The http URL of a proxy that SETs are pushed through (CONNECT). It looks names up, and must keep requests out of "
        + "networks that they may not reach."),
    Setting("delivery.attempt_timeout", .duration, "15s", "The longest that one attempt may take in all."),
    Setting(
      "delivery.horizon", .duration, "7d", "How long after its acceptance an event is still delivered."),
    Setting(
      "delivery.history", .duration, "7d",
      "How long delivered and dropped SETs can be looked up; then they are forgotten with their events."),
    Setting("delivery.dead_history", .duration, "30d", "How long dead and expired SETs can be replayed."),
    Setting("delivery.in_flight", .integer(1...4096), 256, "SETs under way at once, in all."),
    Setting("delivery.in_flight_per_stream", .integer(1...1024), 16, "SETs under way at once to one stream."),
    Setting(
      "poll.longest_wait", .duration, "30s",
      "How long a poll without returnImmediately waits; keep it below the reverse proxy's timeout."),
    Setting("poll.tokens_in_answer", .integer(1...1000), 100, "The most SETs in the answer to one poll."),
    Setting(
      "jwks.max_age", .duration, "1h",
      "How long receivers may keep the key set; a new key is published that long, and a little longer, before it signs."
    ),
    Setting(
      "keys.rotate_after", .duration, 0,
      "The age at which a signing key gets a successor; 0: only by `keys rotate`."),
    Setting(
      "tokens.lifetime", .duration, "60m",
      "How long an access token of our own token endpoint is good: 1m to 60m."),
    Setting(
      "rules", .structure, ShippedRules.json,
      "Which events changes of identities become (README, Lifecycle rules); applied anew by SIGHUP."),
    Setting(
      "access.issuers", .structure, [],
      "Authorization servers whose access tokens are accepted besides our own (see \"Your IdP\")."),
    Setting(
      "identity_sources.sources", .texts, [], "Identity sources that a start makes where they are missing."),
    Setting(
      "identity_sources.profiles_per_upload", .integer(1...100_000), 200,
      "Profiles, groups or groups with their members in one upload."),
    Setting(
      "identity_sources.upload_bytes", .integer(1024...16_777_216), 204_800,
      "The body of one upload, in bytes."),
    Setting("identity_sources.uploads_per_session", .integer(1...1_000_000), 50, "Uploads to one session."),
    Setting(
      "identity_sources.open_sessions", .integer(1...100), 1,
      "Sessions of one source that take uploads at the same time."),
    Setting(
      "identity_sources.session_idle_time", .duration, "24h",
      "A session expires after this long without an upload."),
    Setting(
      "identity_sources.import_interval", .duration, "0s",
      "How long after the start of an import its source may make the next session."),
    Setting(
      "identity_sources.session_answer", .text, "object",
      "How a new session and a started import are answered: object, or list for SDKs that want a list of one."
    ),
    Setting(
      "identity_sources.session_status", .integer(200...201), 200,
      "The status that a new session is answered with: 200, which Okta's SDKs read, or 201, as Okta answers."),
    Setting(
      "identity_sources.brake_people", .integer(0...1_000_000_000), 50,
      "An import that affects more people than this, and than brake_percent, is held for an administrator."),
    Setting(
      "identity_sources.brake_percent", .integer(0...100), 5, "The same, in hundredths of the source."),
    Setting(
      "audit.retention", .duration, 0,
      "How long entries of the audit log are kept at least, and at most a day longer; 0: for ever."),
    Setting("log.level", .text, "info", "debug, info, notice, warning or error."),
    Setting(
      "log.format", .text, "auto", "logfmt, json, or auto: logfmt on a terminal, JSON lines otherwise."),
  ]

  static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
}
