package import JSON

/// One thing that is wrong with what a peer sent: where, and why in words that name the remedy.
package struct Violation: Error, Hashable, CustomStringConvertible {
  /// The place, from the root of the document that was checked.
  package let pointer: JSONPointer
  package let message: String

  package init(_ pointer: JSONPointer, _ message: String) {
    self.pointer = pointer
    self.message = message
  }

  package var description: String { "\(pointer): \(message)" }
}
