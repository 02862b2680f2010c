"""Names of the standards."""

PUSH = "urn:ietf:rfc:8935"
POLL = "urn:ietf:rfc:8936"

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SSF = "https://schemas.openid.net/secevent/ssf/event-type/"

SESSION_REVOKED = CAEP + "session-revoked"
SESSION_PRESENTED = CAEP + "session-presented"
CREDENTIAL_CHANGE = CAEP + "credential-change"
CLAIMS_CHANGE = CAEP + "token-claims-change"
VERIFICATION = SSF + "verification"
STREAM_UPDATED = SSF + "stream-updated"

# A type that no standard defines; the daemon of these tests supports it.
CUSTOM = "https://events.example.com/badge-lost"
