package import SharedSignals

/// What a receiver asks for in one poll (RFC 8936 §2.2).
package struct PollRequest: Hashable, Sendable {
  /// The most SETs it wants; nil for as many as we give.
  package var maximum: Int?
  package var returnsImmediately: Bool
  /// The SETs it has taken, by `jti`.
  package var acknowledged: [String]
  /// The SETs it could not use, by `jti`, and why.
  package var rejected: [String: SETErrorReport?]

  package init(
    maximum: Int? = nil, returnsImmediately: Bool = false, acknowledged: [String] = [],
    rejected: [String: SETErrorReport?] = [:]
  ) {
    self.maximum = maximum
    self.returnsImmediately = returnsImmediately
    self.acknowledged = acknowledged
    self.rejected = rejected
  }
}

/// What it gets (RFC 8936 §2.3).
package struct PollAnswer: Hashable, Sendable {
  /// A SET as it is handed over: a compact JWS under its `jti`.
  package struct Token: Hashable, Sendable {
    package let jti: String
    package let compact: [UInt8]
  }

  /// Oldest first.
  package let tokens: [Token]
  package let isMoreAvailable: Bool

  static let empty = PollAnswer(tokens: [], isMoreAvailable: false)
}
