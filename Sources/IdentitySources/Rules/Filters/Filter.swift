/// A condition on a change of an identity, written as a SCIM filter (RFC 7644 §3.4.2.2):
///
///     changed.status pr and not (new.status eq "active")
///
/// Attributes are held as places in an ``AttributeTable``, so that a change is looked through once for all the
/// filters of a rule set.
indirect enum Filter: Hashable, Sendable {
  case present(Int)
  case comparison(Int, Comparison)
  case all([Filter])
  case any([Filter])
  case not(Filter)

  /// Whether a change with these values, in the order of the table, satisfies the condition.
  func matches(_ values: [AttributeValue]) -> Bool {
    switch self {
    case .present(let place): values[place].isPresent
    case .comparison(let place, let comparison): comparison.matches(values[place])
    case .all(let filters): filters.allSatisfy { $0.matches(values) }
    case .any(let filters): filters.contains { $0.matches(values) }
    case .not(let filter): !filter.matches(values)
    }
  }
}
