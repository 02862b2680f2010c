import Synchronization

/// Bytes that look random and are the same in every run: SplitMix64 from a seed.
package final class SeededRandom: Sendable {
  private let state: Mutex<UInt64>

  package init(seed: UInt64 = 1) {
    state = Mutex(seed)
  }

  package func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      var bytes: [UInt8] = []
      while bytes.count < count { bytes += Self.next(&state) }
      return Array(bytes.prefix(count))
    }
  }

  private static func next(_ state: inout UInt64) -> [UInt8] {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    return withUnsafeBytes(of: mixed.littleEndian) { Array($0) }
  }
}
