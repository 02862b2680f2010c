/// Where the parser is within the document, and where it saw each value begin.
struct JSONTrail {
  private var path: [JSONPointer] = [.root]
  /// The byte offset of each member's name and of each element.
  private(set) var offsets: [JSONPointer: Int] = [:]

  /// Notes where the value begins that the parser is in.
  mutating func note(offset: Int) {
    offsets[path[path.count - 1]] = offset
  }

  mutating func enter(_ token: String, offset: Int) {
    path.append(path[path.count - 1].appending(token))
    note(offset: offset)
  }

  mutating func leave() {
    path.removeLast()
  }
}
