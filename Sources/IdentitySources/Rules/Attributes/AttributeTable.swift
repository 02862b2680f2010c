/// The attributes that the filters of a rule set name, each with its place: a change is asked once for each, however
/// many filters name it.
struct AttributeTable: Sendable {
  private var paths: [AttributePath] = []
  private var places: [AttributePath: Int] = [:]

  /// The place of an attribute; a new one gets the next.
  mutating func place(of path: AttributePath) -> Int {
    if let place = places[path] { return place }
    paths.append(path)
    places[path] = paths.count - 1
    return paths.count - 1
  }

  /// What a change has at each place.
  func values(of change: IdentityChange) -> [AttributeValue] {
    paths.map(change.filterValue)
  }
}
