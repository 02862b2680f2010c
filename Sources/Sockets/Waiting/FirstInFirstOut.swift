/// A queue whose ends both cost the same, however much is in it.
struct FirstInFirstOut<Element> {
  private var elements: [Element] = []
  /// Where the first is; those before it have been taken.
  private var start = 0

  var count: Int { elements.count - start }

  mutating func append(_ element: Element) {
    elements.append(element)
  }

  mutating func popFirst() -> Element? {
    guard start < elements.count else { return nil }
    defer { forgetTaken() }
    start += 1
    return elements[start - 1]
  }

  /// Moves what is left to the front once as much has been taken, so that each element is moved once on average.
  private mutating func forgetTaken() {
    guard start * 2 >= elements.count else { return }
    elements.removeFirst(start)
    start = 0
  }
}
