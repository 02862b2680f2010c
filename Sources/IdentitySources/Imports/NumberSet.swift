/// A set of row numbers, a bit for each: a million of them take an eighth of a megabyte.
struct NumberSet: Sendable {
  private var words: [UInt64] = []

  mutating func insert(_ number: Int64) {
    let (word, bit) = Self.place(number)
    if word >= words.count { words += repeatElement(0, count: word + 1 - words.count) }
    words[word] |= 1 << bit
  }

  func contains(_ number: Int64) -> Bool {
    let (word, bit) = Self.place(number)
    return word < words.count && words[word] >> bit & 1 == 1
  }

  private static func place(_ number: Int64) -> (word: Int, bit: UInt64) {
    (Int(number >> 6), UInt64(number & 63))
  }
}
