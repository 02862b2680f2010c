/// Why a text is no filter: what is wrong, and at which character of it, counted from 1.
package struct FilterError: Error, Hashable, CustomStringConvertible {
  package let character: Int
  package let message: String

  package var description: String { "character \(character): \(message)" }
}
