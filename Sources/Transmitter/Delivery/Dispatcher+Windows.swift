extension Dispatcher {
  /// How much may be under way at once.
  package struct Windows: Sendable {
    package var perStream: Int
    package var inAll: Int

    package init(perStream: Int = 16, inAll: Int = 256) {
      self.perStream = perStream
      self.inAll = inAll
    }
  }
}
