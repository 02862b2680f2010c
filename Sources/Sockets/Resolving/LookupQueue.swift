/// Which name is looked up next, when a thread is free. Pure.
///
/// A look-up that hangs keeps its thread for half a minute, whoever still wants the answer. So names are judged by the
/// last look-up that they had, and those that may hang never get all threads: names that were slow begin only while
/// less than half are taken, unknown ones while less than three quarters are. The rest is for names that were quick.
struct LookupQueue: Sendable {
  /// How the last look-up of a name was. The first are the first to have their turn.
  private enum Pace: CaseIterable {
    case quick, unknown, slow
  }

  /// The look-ups that may be under way at once.
  private let width: Int
  private var waiting: [Pace: [String]] = [:]
  private var underWay: Set<String> = []
  private var quick = RecentNames()
  private var slow = RecentNames()

  init(width: Int) {
    self.width = width
  }

  mutating func append(_ host: String) {
    waiting[pace(of: host), default: []].append(host)
  }

  /// Takes the next name, which is under way from now on; nil where none may begin.
  mutating func next() -> String? {
    let pace = Pace.allCases.first { waiting[$0]?.isEmpty == false && underWay.count < room(for: $0) }
    guard let pace, let host = waiting[pace]?.removeFirst() else { return nil }
    underWay.insert(host)
    return host
  }

  /// Nobody wants a name any more that was to begin.
  mutating func drop(_ host: String) { underWay.remove(host) }

  /// - Parameter wasQuick: whether the answer came so soon that few who ask will have given up.
  mutating func end(_ host: String, wasQuick: Bool) {
    underWay.remove(host)
    if wasQuick {
      slow.remove(host)
      quick.insert(host)
    } else {
      quick.remove(host)
      slow.insert(host)
    }
  }

  private func pace(of host: String) -> Pace {
    if quick.contains(host) { return .quick }
    return slow.contains(host) ? .slow : .unknown
  }

  private func room(for pace: Pace) -> Int {
    switch pace {
    case .quick: width
    case .unknown: width - width / 4
    case .slow: max(width / 2, 1)
    }
  }
}
