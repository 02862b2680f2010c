/// What an answer to a request of ours may take at most.
package struct ResponseLimits: Hashable, Sendable {
  /// Bytes of the status line and fields of each response, 1xx ones included.
  package var head = 16 << 10
  package var headerFields = 128
  /// Bytes of the body.
  package var body = 64 << 10
  /// Number of 1xx responses before the final one.
  package var interimResponses = 8

  package init() {}
}
