extension Schema {
  // `charged` counts the attempts that lengthen a delivery's back-off: those that an outage of the receiver costs are
  // attempts only. `quiet_until_ms` is the time before which the receiver wants nothing (Retry-After). `horizon_ms`
  // and `rate_limit` (SETs a second) are an administrator's, NULL where the configuration counts.
  // `client_certificate` is a PEM chain, `client_key` its sealed key.
  static let deliveryTerms = """
    ALTER TABLE delivery ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE stream ADD COLUMN quiet_until_ms INTEGER;
    ALTER TABLE stream ADD COLUMN horizon_ms INTEGER;
    ALTER TABLE stream ADD COLUMN rate_limit INTEGER;
    ALTER TABLE stream ADD COLUMN client_certificate TEXT;
    ALTER TABLE stream ADD COLUMN client_key BLOB;
    """
}
