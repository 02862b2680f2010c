import SharedSignals

/// The streams in memory, indexed the ways they are asked for.
struct StreamMirror: Sendable {
  private let supported: [EventType]
  private var numbers: [String: Int64] = [:]
  private var streams: [Int64: Stream] = [:]
  private var subscribers: [EventType: Set<Int64>] = [:]
  private var activity: StreamActivity

  init(_ streams: [Stream], supported: [EventType], at start: Timestamp) {
    self.supported = supported
    activity = StreamActivity(since: start)
    for stream in streams { put(stream) }
  }

  /// All streams, oldest first.
  var all: [Stream] { streams.values.sorted { $0.number < $1.number } }

  func stream(number: Int64) -> Stream? { streams[number] }

  /// When the receiver of a stream was last heard of.
  func lastActivity(of stream: Stream) -> Timestamp { activity.last(of: stream) }

  /// A stream, asked for by `owner`; nil if it is not the owner's. A receiver that names its stream is active.
  mutating func stream(_ id: String, of owner: StreamOwner, at now: Timestamp) -> Stream? {
    guard let stream = numbers[id].flatMap({ streams[$0] }), stream.belongs(to: owner) else { return nil }
    if case .client = owner { activity.note(stream.number, at: now) }
    return stream
  }

  func subscribers(to type: EventType) -> [Stream] {
    (subscribers[type] ?? []).sorted().compactMap { streams[$0] }
  }

  mutating func put(_ stream: Stream) {
    takeOut(stream)
    numbers[stream.id] = stream.number
    streams[stream.number] = stream
    guard stream.status != .disabled else { return }
    for type in stream.settings.eventsDelivered(of: supported) {
      subscribers[type, default: []].insert(stream.number)
    }
  }

  mutating func remove(_ stream: Stream) {
    takeOut(stream)
    activity.forget(stream.number)
  }

  private mutating func takeOut(_ stream: Stream) {
    guard let known = streams.removeValue(forKey: stream.number) else { return }
    numbers[known.id] = nil
    for type in known.settings.eventsDelivered(of: supported) { subscribers[type]?.remove(known.number) }
  }
}
