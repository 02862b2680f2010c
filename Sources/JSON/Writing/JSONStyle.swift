/// How a value is written.
package enum JSONStyle: Sendable {
  /// Without any white space, members in their own order.
  case compact
  /// For people: one member or element per line, two spaces per level.
  case pretty
  /// For hashing: compact, with members sorted by the UTF-16 code units of their names (RFC 8785 §3.2.3), so that
  /// objects that differ only in order give the same bytes. Unlike RFC 8785 it keeps numbers as they are.
  case canonical
}
