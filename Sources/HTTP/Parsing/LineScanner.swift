/// Finds lines that end in CR LF, one after the other. Each byte is looked at once, however the bytes arrive,
/// and what is reported depends on the bytes up to there alone.
struct LineScanner: Sendable {
  /// Offset of the first byte of the current line.
  private(set) var lineStart: Int
  /// Everything before this offset was looked at.
  private var scanned: Int

  init(startingAt offset: Int) {
    lineStart = offset
    scanned = offset
  }

  /// The next line without its end; `nil` until its end has arrived.
  /// - Parameters:
  ///   - end: the offset that the line and its end must not go beyond
  ///   - excess: the fault when they do
  mutating func nextLine(
    in buffer: MessageBuffer, before end: Int, excess: MessageFault
  ) throws(MessageFault) -> Range<Int>? {
    let limit = min(buffer.count, end)
    guard let stop = buffer.firstControl(in: scanned..<limit) else {
      scanned = limit
      guard buffer.count <= end else { throw excess }
      return nil
    }
    scanned = stop
    guard try hasLineEnd(at: stop, in: buffer) else { return nil }
    guard stop + 2 <= end else { throw excess }
    defer { lineStart = scanned }
    scanned = stop + 2
    return lineStart..<stop
  }

  private func hasLineEnd(at offset: Int, in buffer: MessageBuffer) throws(MessageFault) -> Bool {
    switch buffer[offset] {
    case .lineFeed: throw .bareLineFeed
    case .carriageReturn: break
    default: throw .controlCharacter
    }
    guard offset + 1 < buffer.count else { return false }
    guard buffer[offset + 1] == .lineFeed else { throw .bareCarriageReturn }
    return true
  }
}
