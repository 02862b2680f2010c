package import JSON

/// Why a rule cannot be used: where in the rules, and what is wrong there.
package struct RuleError: Error, Hashable, CustomStringConvertible {
  /// From the list of rules.
  package let pointer: JSONPointer
  package let message: String

  package init(_ pointer: JSONPointer, _ message: String) {
    self.pointer = pointer
    self.message = message
  }

  package var description: String { "\(pointer): \(message)" }
}
