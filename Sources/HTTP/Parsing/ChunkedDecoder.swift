/// Decodes the chunked transfer coding (RFC 9112 §7.1), strictly: sizes of 1 to 16 hexadecimal digits and
/// nothing else, CR LF and nothing else at every line end. Extensions are skipped within their limit,
/// trailers are checked by the header rules and dropped.
struct ChunkedDecoder: Sendable {
  private enum Phase {
    case size
    case chunkExtension
    case sizeLineFeed
    case data
    case dataCarriageReturn
    case dataLineFeed
    case trailers
  }

  private static let forbiddenTrailers = ["Content-Length", "Transfer-Encoding", "Host"]

  private let limits: BodyLimits
  private var phase = Phase.size
  /// Of the chunk under way: digits read, then bytes still to come.
  private var sizeDigits = 0
  private var remaining: UInt64 = 0
  private var extensionBytes = 0
  private var trailers: FieldSectionReader

  init(limits: BodyLimits) {
    self.limits = limits
    trailers = FieldSectionReader(
      startingAt: 0, maximumBytes: limits.trailerBytes, maximumCount: limits.trailerFields)
  }

  /// Takes what it can from `buffer`, appends data to `body`; true once the last chunk and the trailers are
  /// read.
  mutating func decode(
    from buffer: inout MessageBuffer, into body: inout [UInt8]
  ) throws(MessageFault) -> Bool {
    while !buffer.isEmpty {
      switch phase {
      case .data: moveData(from: &buffer, to: &body)
      case .trailers: return try readTrailers(from: &buffer)
      default:
        try step(buffer[0], bodyCount: body.count)
        buffer.consume(1)
      }
    }
    return false
  }

  private mutating func step(_ byte: UInt8, bodyCount: Int) throws(MessageFault) {
    switch phase {
    case .size: try stepSize(byte)
    case .chunkExtension: try stepExtension(byte)
    case .sizeLineFeed:
      guard byte == .lineFeed else { throw .bareCarriageReturn }
      try beginChunk(bodyCount: bodyCount)
    case .dataCarriageReturn:
      guard byte == .carriageReturn else { throw .malformedChunkEnd }
      phase = .dataLineFeed
    case .dataLineFeed:
      guard byte == .lineFeed else { throw .malformedChunkEnd }
      phase = .size
    case .data, .trailers: break
    }
  }

  private mutating func stepSize(_ byte: UInt8) throws(MessageFault) {
    if let digit = byte.hexadecimalValue, sizeDigits < 16 {
      sizeDigits += 1
      remaining = remaining << 4 | UInt64(digit)
      return
    }
    guard sizeDigits > 0 else { throw .malformedChunkSize }
    switch byte {
    case .carriageReturn: phase = .sizeLineFeed
    case .lineFeed: throw .bareLineFeed
    case UInt8(ascii: ";"):
      phase = .chunkExtension
      try countExtensionByte()
    default: throw .malformedChunkSize
    }
  }

  private mutating func stepExtension(_ byte: UInt8) throws(MessageFault) {
    switch byte {
    case .carriageReturn: phase = .sizeLineFeed
    case .lineFeed: throw .bareLineFeed
    case _ where byte.isControl: throw .malformedChunkExtension
    default: try countExtensionByte()
    }
  }

  private mutating func countExtensionByte() throws(MessageFault) {
    extensionBytes += 1
    guard extensionBytes <= limits.chunkExtensionBytes else { throw .chunkExtensionsTooLong }
  }

  private mutating func beginChunk(bodyCount: Int) throws(MessageFault) {
    guard remaining <= UInt64(Int.max) else { throw .malformedChunkSize }
    guard Int(remaining) <= limits.bytes - bodyCount else { throw .bodyTooLarge }
    phase = remaining == 0 ? .trailers : .data
    sizeDigits = 0
  }

  private mutating func moveData(from buffer: inout MessageBuffer, to body: inout [UInt8]) {
    remaining -= UInt64(buffer.move(upTo: Int(remaining), to: &body))
    if remaining == 0 { phase = .dataCarriageReturn }
  }

  private mutating func readTrailers(from buffer: inout MessageBuffer) throws(MessageFault) -> Bool {
    guard let end = try trailers.read(from: buffer) else { return false }
    if trailers.contains(anyOf: Self.forbiddenTrailers, in: buffer) { throw .forbiddenTrailer }
    buffer.consume(end)
    return true
  }
}
