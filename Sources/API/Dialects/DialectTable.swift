import HTTP

/// Finds the dialect that a path is answered in: the one with the longest base that the path begins with.
struct DialectTable: Sendable {
  private let otherwise: Dialect
  /// Bases as segments, longest first.
  private let bases: [(segments: [Substring], dialect: Dialect)]

  /// - Parameter otherwise: for paths below no base, and for requests whose path could not be read.
  init(_ dialects: [Dialect] = [], otherwise: Dialect = .standard) {
    self.otherwise = otherwise
    bases =
      dialects
      .flatMap { dialect in dialect.bases.map { ($0.split(separator: "/"), dialect) } }
      .sorted { $0.0.count > $1.0.count }
  }

  /// - Parameter prefix: the issuer's path, which may stand in front of any path.
  func dialect(of target: RequestTarget?, below prefix: String) -> Dialect {
    guard let target, !bases.isEmpty else { return otherwise }
    return dialect(of: target) ?? target.removing(prefix: prefix).flatMap(dialect) ?? otherwise
  }

  private func dialect(of target: RequestTarget) -> Dialect? {
    bases.first { base in target.segments.starts(with: base.segments) { $0 == $1 } }?.dialect
  }
}
