/// Where a session is in its life, in Okta's words.
package enum SessionStatus: String, CaseIterable, Sendable {
  /// It takes uploads.
  case created = "CREATED"
  /// Its import waits for its turn.
  case triggered = "TRIGGERED"
  /// Its import runs, or is held.
  case inProgress = "IN_PROGRESS"
  case completed = "COMPLETED"
  /// Deleted before its import was started, or discarded by an administrator.
  case closed = "CLOSED"
  /// Nothing was uploaded for too long.
  case expired = "EXPIRED"
  /// Its import failed; the report tells why.
  case error = "ERROR"
}

/// How far the import of a session in progress is.
package enum ImportPhase: String, Sendable {
  /// What was uploaded is compared with the snapshot, and what differs is put aside. Changes nothing, so that it is
  /// begun again after a restart.
  case comparing
  /// It waits for an administrator: more people are affected than the brake lets pass.
  case held
  /// What differs goes into the snapshot, slice by slice, with the events that tell of it.
  case applying
}
