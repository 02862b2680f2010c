@testable import Transmitter

extension Moment {
  /// An instant like any other.
  static let testing = Moment(time: Timestamp(milliseconds: 1_800_000_000_000), uptime: .seconds(1000))

  static func + (moment: Moment, duration: Duration) -> Moment {
    Moment(time: moment.time + duration, uptime: moment.uptime + duration)
  }
}
