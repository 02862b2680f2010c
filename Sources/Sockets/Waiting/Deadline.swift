import Glibc

/// An instant on the monotonic clock by which something must have happened.
///
/// Every wait in this library takes one. A deadline is absolute, so several waits that belong to one task (a
/// whole request, a whole delivery attempt) share it, and a peer that sends a byte now and then gains
/// nothing. Changes of the wall clock do not move it.
package struct Deadline: Hashable, Comparable, Sendable {
  /// Nanoseconds of `CLOCK_MONOTONIC`.
  let uptime: UInt64

  /// The deadline that does not come.
  package static let never = Deadline(uptime: .max)

  /// This instant.
  package static var now: Deadline {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Deadline(uptime: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// The instant `duration` from now; a negative duration counts as zero, an immense one as ``never``.
  package static func after(_ duration: Duration) -> Deadline {
    now + duration
  }

  /// The earlier one of two deadlines.
  package static func earliest(of first: Deadline, _ second: Deadline) -> Deadline {
    min(first, second)
  }

  /// The instant `duration` later, with the bounds of ``after(_:)``.
  package static func + (deadline: Deadline, duration: Duration) -> Deadline {
    let (sum, overflow) = deadline.uptime.addingReportingOverflow(duration.wholeNanoseconds)
    return overflow ? .never : Deadline(uptime: sum)
  }

  package static func < (left: Deadline, right: Deadline) -> Bool {
    left.uptime < right.uptime
  }

  package var hasPassed: Bool { self <= .now }

  /// The time left; zero once the deadline has passed.
  package var remaining: Duration {
    let now = Deadline.now
    return now < self ? .nanoseconds(Int64(clamping: uptime - now.uptime)) : .zero
  }
}

extension Duration {
  /// Never negative, capped at what 64 bits hold.
  fileprivate var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard self > .zero else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return .max }
    let (sum, carry) = product.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
    return carry ? .max : sum
  }
}
