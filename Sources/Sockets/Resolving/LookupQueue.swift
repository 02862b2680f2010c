/// Which name is looked up next, when a thread is free. Pure.
///
/// A name whose look-up outlasted everybody who asked will do so again: such names have half of the threads at most,
/// so that those that hang never hold up the others for long.
struct LookupQueue: Sendable {
  /// As many names are known to be slow; beyond, further ones are taken for quick.
  private static let mostSlowNames = 4096

  /// The look-ups that may be under way at once.
  private let width: Int
  private var quick: [String] = []
  private var slow: [String] = []
  private var slowNames: Set<String> = []
  /// The names under way, and whether they were known to be slow when they began.
  private var underWay: [String: Bool] = [:]

  init(width: Int) {
    self.width = width
  }

  mutating func append(_ host: String) {
    if slowNames.contains(host) { slow.append(host) } else { quick.append(host) }
  }

  /// Takes the next name, which is under way from now on; nil where none may begin.
  mutating func next() -> String? {
    guard underWay.count < width else { return nil }
    if !quick.isEmpty { return begin(quick.removeFirst(), isSlow: false) }
    let slowUnderWay = underWay.values.count { $0 }
    guard !slow.isEmpty, slowUnderWay < max(width / 2, 1) else { return nil }
    return begin(slow.removeFirst(), isSlow: true)
  }

  private mutating func begin(_ host: String, isSlow: Bool) -> String {
    underWay[host] = isSlow
    return host
  }

  /// Nobody wants a name any more that was to begin.
  mutating func drop(_ host: String) { underWay[host] = nil }

  /// - Parameter isWanted: whether anybody was there for the answer still.
  mutating func end(_ host: String, isWanted: Bool) {
    underWay[host] = nil
    if isWanted {
      slowNames.remove(host)
    } else if slowNames.count < Self.mostSlowNames {
      slowNames.insert(host)
    }
  }
}
