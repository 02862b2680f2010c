import JSON
import Testing

@testable import ssf_transmitter

@Suite struct ProgressBarTests {
  struct Example: Sendable {
    let item: JSONValue
    let done: Int64
    let all: Int64
  }

  @Test(
    "the bar tells of records that are compared, then of changes that are made, and is full at the end",
    arguments: [
      Example(item: ["status": "TRIGGERED", "records": 9], done: 0, all: 9),
      Example(
        item: ["status": "IN_PROGRESS", "phase": "comparing", "records": 9, "compared": 4], done: 4, all: 9),
      Example(
        item: [
          "status": "IN_PROGRESS", "phase": "applying", "records": 9,
          "report": ["created": 1, "updated": 1, "deleted": 1, "changes": 5],
        ], done: 3, all: 5),
      Example(item: ["status": "COMPLETED", "records": 9, "report": ["changes": 5]], done: 9, all: 9),
    ])
  func progress(example: Example) {
    let progress = ProgressBar.progress(of: example.item)
    #expect(progress.done == example.done)
    #expect(progress.all == example.all)
  }
}
