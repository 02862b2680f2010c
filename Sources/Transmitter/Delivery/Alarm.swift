/// The one wake-up that is set: the uptime at which it rings, and the task that sleeps until then.
struct Alarm: Sendable {
  let time: Duration
  let task: Task<Void, Never>
}
