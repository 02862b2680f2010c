/// The one wake-up that is set: when it is, and the task that sleeps until then.
struct Alarm: Sendable {
  let time: Timestamp
  let task: Task<Void, Never>
}
