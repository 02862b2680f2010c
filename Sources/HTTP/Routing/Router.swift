/// Finds the endpoint for a method and path. Patterns are paths whose segments are literal or a `{name}` that
/// takes any one segment but an empty one. A literal beats a parameter, segment by segment from the left; a
/// trailing slash makes another path. Look-up walks a tree, a dictionary step per segment.
package struct Router<Endpoint: Sendable>: Sendable {
  private struct Route: Sendable {
    let endpoint: Endpoint
    let parameterNames: [String]
  }

  private struct Node: Sendable {
    var literals: [String: Int] = [:]
    var parameter: Int?
    var routes: [HTTPMethod: Route] = [:]
    /// For `Allow`: the methods with a route and those answered without one, in the order of
    /// `HTTPMethod.known`.
    var allow: [HTTPMethod] = []
  }

  /// The tree; the root is first and children are named by index.
  private var nodes = [Node()]

  package init() {}

  /// Adds a route.
  /// - Precondition: the pattern begins with `/` and has no route for the method yet.
  package mutating func add(_ method: HTTPMethod, _ pattern: String, _ endpoint: Endpoint) {
    precondition(pattern.utf8.first == UInt8(ascii: "/"), "a pattern begins with '/'")
    var node = 0
    var names: [String] = []
    for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      if segment.hasPrefix("{"), segment.hasSuffix("}") {
        names.append(String(segment.dropFirst().dropLast()))
        node = parameterChild(of: node)
      } else {
        node = literalChild(String(segment), of: node)
      }
    }
    precondition(nodes[node].routes[method] == nil, "\(method) \(pattern) has a route already")
    nodes[node].routes[method] = Route(endpoint: endpoint, parameterNames: names)
    nodes[node].allow = Self.allowedMethods(with: nodes[node].routes)
  }

  /// The endpoint for a request. HEAD is served by the route for GET. OPTIONS is answered by `options` unless
  /// a route takes it; for `*` with the methods of all routes.
  package func match(_ method: HTTPMethod, _ target: RequestTarget) -> RouteMatch<Endpoint> {
    guard target.form != .asterisk else { return .options(allow: allMethods) }
    var values: [String] = []
    guard let node = find(target.segments[...], from: 0, values: &values) else { return .notFound }
    if let route = nodes[node].routes[method] ?? (method == .head ? nodes[node].routes[.get] : nil) {
      return .found(route.endpoint, PathParameters(names: route.parameterNames, values: values))
    }
    return method == .options
      ? .options(allow: nodes[node].allow) : .methodNotAllowed(allow: nodes[node].allow)
  }
}

extension Router {
  private func find(_ segments: ArraySlice<String>, from node: Int, values: inout [String]) -> Int? {
    guard let segment = segments.first else { return nodes[node].routes.isEmpty ? nil : node }
    if let child = nodes[node].literals[segment],
      let found = find(segments.dropFirst(), from: child, values: &values)
    {
      return found
    }
    guard let child = nodes[node].parameter, !segment.isEmpty else { return nil }
    values.append(segment)
    if let found = find(segments.dropFirst(), from: child, values: &values) { return found }
    values.removeLast()
    return nil
  }

  private mutating func literalChild(_ segment: String, of node: Int) -> Int {
    if let child = nodes[node].literals[segment] { return child }
    nodes[node].literals[segment] = nodes.count
    return addNode()
  }

  private mutating func parameterChild(of node: Int) -> Int {
    if let child = nodes[node].parameter { return child }
    nodes[node].parameter = nodes.count
    return addNode()
  }

  private mutating func addNode() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }

  private var allMethods: [HTTPMethod] {
    HTTPMethod.known.filter { method in nodes.contains { $0.allow.contains(method) } }
  }

  private static func allowedMethods(with routes: [HTTPMethod: Route]) -> [HTTPMethod] {
    HTTPMethod.known.filter {
      routes[$0] != nil || $0 == .options || ($0 == .head && routes[.get] != nil)
    }
  }
}
