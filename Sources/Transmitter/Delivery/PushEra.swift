/// How a stream's SETs go out, and since which change of its status. What comes of an attempt that began in another
/// era tells nothing of the receiver in this one.
struct PushEra: Hashable, Sendable {
  let route: PushRoute
  let statusChanges: Int
}
