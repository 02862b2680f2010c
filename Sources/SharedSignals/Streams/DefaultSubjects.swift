/// Which subjects a new stream tells about (SSF 1.0 §7.1).
package enum DefaultSubjects: String, CaseIterable, Sendable {
  /// Every appropriate one, until it is removed.
  case everySubject = "ALL"
  /// None, until one is added.
  case noSubject = "NONE"
}
