/// Where a delivery stands among all: by stream, by event or in the order of the queue. Lists go on from one.
package struct DeliveryPosition: Hashable, Sendable, CustomStringConvertible {
  let stream: Int64
  let event: Int64
  let sequence: Int64

  /// The position that its own ``description`` names; nil for any other text.
  package init?(_ text: String) {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard numbers.count == 3, let stream = numbers[0], let event = numbers[1], let sequence = numbers[2]
    else {
      return nil
    }
    self.init(stream: stream, event: event, sequence: sequence)
  }

  init(stream: Int64, event: Int64, sequence: Int64) {
    self.stream = stream
    self.event = event
    self.sequence = sequence
  }

  package var description: String { "\(stream).\(event).\(sequence)" }
}
