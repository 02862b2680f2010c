/// The system's clock cannot be right: what is signed now would carry a wrong time for good.
package struct ClockError: Error, CustomStringConvertible {
  let shown: Timestamp

  /// The year this program was first released in: no clock that shows less is set.
  static let earliest = Timestamp(milliseconds: 1_767_225_600_000)

  package var description: String {
    "the system's clock is not set: it shows \(shown); nothing is accepted or signed until it is"
  }
}

extension Environment {
  /// What is wrong with the system's clock; nil if nothing is known.
  package var clockProblem: ClockError? {
    let shown = now()
    return shown < ClockError.earliest ? ClockError(shown: shown) : nil
  }

  /// - Throws: `ClockError` if no time that it shows may be signed.
  func checkClock() throws(ClockError) {
    if let clockProblem { throw clockProblem }
  }
}
