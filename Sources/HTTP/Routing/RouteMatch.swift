/// What a router knows about a method and path.
package enum RouteMatch<Endpoint: Sendable>: Sendable {
  case found(Endpoint, PathParameters)
  /// No route has this path.
  case notFound
  /// The path has routes, but none for the method; `allow` is for the `Allow` field of the 405.
  case methodNotAllowed(allow: [HTTPMethod])
  /// A request for what is allowed.
  case options(allow: [HTTPMethod])
}
