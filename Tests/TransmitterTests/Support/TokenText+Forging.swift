import TestSupport

@testable import Transmitter

extension TokenText {
  /// One with the id of another, other secret bits and a right checksum.
  init(forging id: String) {
    var environment = Environment.testing(clock: TestClock())
    environment.randomBytes = { $0 == 10 ? Self.bytes(of: id) : [UInt8](repeating: 3, count: $0) }
    self.init(.accessToken, environment: environment)
  }

  /// The ten bytes that the sixteen characters of an id stand for.
  private static func bytes(of id: String) -> [UInt8] {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    let bits = id.flatMap { character in
      let value = alphabet.firstIndex(of: character) ?? 0
      return (0..<5).reversed().map { UInt8(value >> $0 & 1) }
    }
    return stride(from: 0, to: 80, by: 8).map { bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
  }
}
