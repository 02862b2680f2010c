/// Where a change of many deliveries goes on, and where it ends.
package struct ChangePosition: Hashable, Sendable, CustomStringConvertible {
  let position: DeliveryPosition
  /// The event that the change ends before. It is fixed with the first part: what is accepted while the parts are made
  /// is none of theirs.
  let end: Int64

  /// The position that its own ``description`` names; nil for any other text.
  package init?(_ text: String) {
    guard let point = text.lastIndex(of: "."), let position = DeliveryPosition(String(text[..<point])),
      let end = Int64(text[text.index(after: point)...])
    else { return nil }
    self.init(position: position, end: end)
  }

  init(position: DeliveryPosition, end: Int64) {
    self.position = position
    self.end = end
  }

  package var description: String { "\(position).\(end)" }
}
