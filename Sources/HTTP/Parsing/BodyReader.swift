/// Collects one body, up to its limit.
struct BodyReader: Sendable {
  private enum End {
    case afterBytes(Int)
    case afterLastChunk
    case withConnection
  }

  private(set) var bytes: [UInt8] = []
  private let limits: BodyLimits
  private let end: End
  private var chunks: ChunkedDecoder

  /// - Throws: `bodyTooLarge` if the announced length is beyond the limit.
  init(framing: BodyFraming, limits: BodyLimits) throws(MessageFault) {
    switch framing {
    case .none: end = .afterBytes(0)
    case .contentLength(let length): end = .afterBytes(length)
    case .chunked: end = .afterLastChunk
    }
    self.limits = limits
    chunks = ChunkedDecoder(limits: limits)
    if case .contentLength(let length) = framing, length > limits.bytes { throw .bodyTooLarge }
  }

  init(framing: ResponseFraming, limits: BodyLimits) throws(MessageFault) {
    switch framing {
    case .none: try self.init(framing: BodyFraming.none, limits: limits)
    case .framed(let framing): try self.init(framing: framing, limits: limits)
    case .untilClose: self.init(untilCloseWithin: limits)
    }
  }

  private init(untilCloseWithin limits: BodyLimits) {
    self.limits = limits
    end = .withConnection
    chunks = ChunkedDecoder(limits: limits)
  }

  /// Takes what belongs to the body and not a byte more; true once the body is complete, which one that ends
  /// with the connection never is.
  mutating func read(from buffer: inout MessageBuffer) throws(MessageFault) -> Bool {
    switch end {
    case .afterBytes(let length):
      _ = buffer.move(upTo: length - bytes.count, to: &bytes)
      return bytes.count == length
    case .afterLastChunk: return try chunks.decode(from: &buffer, into: &bytes)
    case .withConnection:
      guard buffer.count <= limits.bytes - bytes.count else { throw .bodyTooLarge }
      _ = buffer.move(upTo: buffer.count, to: &bytes)
      return false
    }
  }
}
