package import Transmitter

/// A session of an identity source: uploads, and their import.
package struct ImportSession: Sendable {
  let number: Int64
  package let id: String
  /// The source's number.
  let source: Int64
  package let sourceID: String
  package let origin: Origin
  package internal(set) var status: SessionStatus
  /// Set while the status is `inProgress`.
  package internal(set) var phase: ImportPhase?
  /// Whether identities that were not uploaded count as deleted.
  package let isFull: Bool
  package internal(set) var uploads: Int
  /// How many records the uploads hold.
  package internal(set) var records: Int
  package let created: Timestamp
  package internal(set) var updated: Timestamp
  /// When its import was started.
  package internal(set) var triggered: Timestamp?
  package internal(set) var report: ImportReport

  /// Who uploads.
  package enum Origin: String, Sendable {
    /// A client of the Identity Source API.
    case client
    /// An administrator, for whom uploads are not limited.
    case administrator
  }
}
