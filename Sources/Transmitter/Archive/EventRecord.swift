/// An accepted event as it is told to administrators.
package struct EventRecord: Sendable {
  package let id: Int64
  package let accepted: Timestamp
  package let event: Event
}
