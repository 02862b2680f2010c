/// Cuts a stream of bytes into lines.
struct LineSplitter: Sendable {
  private var rest: [UInt8] = []

  /// The lines that end in these bytes, without their ends.
  mutating func feed(_ bytes: [UInt8]) -> [[UInt8]] {
    let parts = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    rest = Array(parts.last ?? [])
    return parts.dropLast().map(Array.init)
  }

  /// What comes after the last line end.
  func finish() -> [UInt8] { rest }
}
