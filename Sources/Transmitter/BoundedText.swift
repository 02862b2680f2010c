/// Bounds of texts that people write and others store, counted in Unicode scalars: one letter may carry thousands of
/// marks.
extension String {
  /// The text, cut after `limit` scalars.
  func cut(toScalars limit: Int) -> String {
    String(unicodeScalars.prefix(limit))
  }

  func hasScalars(atMost limit: Int) -> Bool {
    unicodeScalars.dropFirst(limit).isEmpty
  }

  /// Whether it is a name that machines compare and people read: 1 to `limit` scalars, none of them space or control.
  func isVisible(atMost limit: Int) -> Bool {
    !isEmpty && hasScalars(atMost: limit)
      && unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && $0.properties.generalCategory != .control
      }
  }
}
