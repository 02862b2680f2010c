/// Alarms by instant, the earliest first: a binary heap.
struct AlarmQueue {
  struct Alarm {
    let instant: Deadline
    let suspension: Suspension
  }

  private var heap: [Alarm] = []

  var earliest: Deadline? { heap.first?.instant }

  mutating func insert(_ alarm: Alarm) {
    heap.append(alarm)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].instant < heap[parent].instant else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out every alarm that is due at `instant`, in order.
  mutating func removeAll(through instant: Deadline) -> [Alarm] {
    var due: [Alarm] = []
    while let earliest, earliest <= instant { due.append(removeEarliest()) }
    return due
  }

  private mutating func removeEarliest() -> Alarm {
    heap.swapAt(0, heap.count - 1)
    let alarm = heap.removeLast()
    var parent = 0
    while let child = earlierChild(of: parent), heap[child].instant < heap[parent].instant {
      heap.swapAt(child, parent)
      parent = child
    }
    return alarm
  }

  private func earlierChild(of parent: Int) -> Int? {
    let left = 2 * parent + 1
    let right = left + 1
    guard left < heap.count else { return nil }
    guard right < heap.count else { return left }
    return heap[right].instant < heap[left].instant ? right : left
  }
}
