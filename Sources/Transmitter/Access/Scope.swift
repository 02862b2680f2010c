/// What a token may do (CAEP interoperability profile §2.7.3 for the two of SSF, Okta's names for identity sources;
/// the others are ours).
package enum Scope: String, CaseIterable, Sendable {
  /// Read stream configurations and status.
  case read = "ssf.read"
  /// Everything a receiver does with its own streams.
  case manage = "ssf.manage"
  /// Submit events.
  case emit = "ssf.emit"
  /// Administer the transmitter. On the admin listener it implies every other scope.
  case admin = "ssf.admin"
  /// See identity sources and their imports (Okta's Identity Source API).
  case readIdentitySources = "okta.identitySources.read"
  /// Import into identity sources.
  case manageIdentitySources = "okta.identitySources.manage"

  /// What SailPoint's clients ask for, where they mean `ssf.manage`.
  private static let aliases: [String: Scope] = ["sp:ssf-transmitter-streams:manage": .manage]

  /// A scope by its name, or by one that a vendor has for it.
  init?(named name: String) {
    guard let scope = Scope(rawValue: name) ?? Self.aliases[name] else { return nil }
    self = scope
  }
}

/// A set of scopes, written as OAuth writes it: names separated by spaces (RFC 6749 §3.3).
package struct ScopeSet: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  private let scopes: Set<Scope>

  package init(_ scopes: some Sequence<Scope>) {
    self.scopes = Set(scopes)
  }

  package init(arrayLiteral elements: Scope...) {
    self.init(elements)
  }

  /// - Throws: `ScopeError` for a name that is not a scope of ours.
  package init(parsing names: some Sequence<some StringProtocol>) throws(ScopeError) {
    var scopes: Set<Scope> = []
    for name in names {
      guard let scope = Scope(named: String(name)) else { throw ScopeError(name: String(name)) }
      scopes.insert(scope)
    }
    self.scopes = scopes
  }

  /// Whether this very scope is among them; none implies another here.
  package func contains(_ scope: Scope) -> Bool { scopes.contains(scope) }
  /// Whether the other set has every scope of this one.
  package func isSubset(of other: ScopeSet) -> Bool { scopes.isSubset(of: other.scopes) }
  /// The scopes of both.
  package func intersection(_ other: ScopeSet) -> ScopeSet { ScopeSet(scopes.intersection(other.scopes)) }
  /// The scopes of either.
  package func union(_ other: ScopeSet) -> ScopeSet { ScopeSet(scopes.union(other.scopes)) }
  package var isEmpty: Bool { scopes.isEmpty }
  /// The names as OAuth spells them, in the order in which scopes are declared.
  package var names: [String] { Scope.allCases.filter(scopes.contains).map(\.rawValue) }
  /// The names separated by spaces (RFC 6749 §3.3).
  package var description: String { names.joined(separator: " ") }
}

/// A name that is no scope.
package struct ScopeError: Error, CustomStringConvertible {
  package let name: String

  package var description: String {
    "'\(name)' is not a scope; the scopes are " + Scope.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
