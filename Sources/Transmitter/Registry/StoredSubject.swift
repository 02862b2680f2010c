import OpenSSL
import SharedSignals

/// A subject as a stream keeps it: by digests of its keys. The identifier itself is not stored.
struct StoredSubject: Sendable {
  let shape: SubjectShape
  /// Of the whole subject: what tells it from every other.
  let digest: [UInt8]
  /// Of its parts, which events that lack some of its fields look for.
  let parts: [[UInt8]]

  /// - Parameter subject: has passed `SubjectMatching.checkSize`.
  init(_ subject: SubjectIdentifier, for matching: SubjectMatching) {
    let digests = matching.storedKeys(for: subject).map(\.digest)
    shape = subject.shape
    digest = digests[0]
    parts = Array(digests.dropFirst())
  }
}

extension SubjectKey {
  private static let digestLength = 16

  /// Half of a SHA-256: far too long to meet another by chance, and short in a million rows.
  var digest: [UInt8] { Array(SHA256.digest(bytes).prefix(Self.digestLength)) }
}
