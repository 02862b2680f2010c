import SharedSignals

/// The streams in memory, indexed the ways they are asked for.
struct StreamMirror: Sendable {
  private let supported: [EventType]
  private var numbers: [String: Int64] = [:]
  private var streams: [Int64: Stream] = [:]
  private var subscribers: [EventType: Set<Int64>] = [:]

  init(_ streams: [Stream], supported: [EventType]) {
    self.supported = supported
    for stream in streams { put(stream) }
  }

  /// All streams, oldest first.
  var all: [Stream] { streams.values.sorted { $0.number < $1.number } }

  func stream(_ id: String) -> Stream? { numbers[id].flatMap { streams[$0] } }
  func stream(number: Int64) -> Stream? { streams[number] }

  func subscribers(to type: EventType) -> [Stream] {
    (subscribers[type] ?? []).sorted().compactMap { streams[$0] }
  }

  mutating func put(_ stream: Stream) {
    remove(stream)
    numbers[stream.id] = stream.number
    streams[stream.number] = stream
    guard stream.status != .disabled else { return }
    for type in stream.settings.eventsDelivered(of: supported) {
      subscribers[type, default: []].insert(stream.number)
    }
  }

  mutating func remove(_ stream: Stream) {
    guard let known = streams.removeValue(forKey: stream.number) else { return }
    numbers[known.id] = nil
    for type in known.settings.eventsDelivered(of: supported) { subscribers[type]?.remove(known.number) }
  }
}
