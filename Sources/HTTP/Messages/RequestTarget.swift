/// What a request asks for (RFC 9112 §3.2): the target as received and its decoded pieces. Refuses the
/// authority-form, fragments, bytes outside RFC 3986's path and query, bad percent-encoding, and escapes that
/// decode to NUL or to something that is not UTF-8. Dot segments are names like any other: nothing is
/// resolved.
package struct RequestTarget: Hashable, Sendable {
  /// How the target was written.
  package enum Form: Hashable, Sendable {
    /// `/path?query`.
    case origin
    /// `http://authority/path?query`; accepted only where the authority equals `Host`.
    case absolute(Authority)
    /// `*`, with OPTIONS only.
    case asterisk
  }

  /// One `name=value` of the query, decoded; the value is empty where there was no `=`.
  package struct QueryItem: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  package let form: Form
  /// The path, percent-encoded as received; `*` for the asterisk form.
  package let rawPath: String
  /// What stood behind `?`, as received; `nil` without one.
  package let rawQuery: String?
  /// The decoded segments behind each `/`: `/a%2Fb/` is `["a/b", ""]`. Empty for the asterisk form.
  package let segments: [String]
  /// The decoded query items in order, repeated names kept.
  package let queryItems: [QueryItem]

  /// The decoded path, for people to read; not fit for look-up, as an encoded slash reads like a separator.
  package var path: String { form == .asterisk ? "*" : "/" + segments.joined(separator: "/") }

  /// The value of the first query item of that name.
  package func query(_ name: String) -> String? {
    queryItems.first { $0.name == name }?.value
  }

  /// Parses any form that a request line may hold.
  package init(parsing text: String) throws(MessageFault) {
    try self.init(parsing: Array(text.utf8)[...])
  }

  init(parsing bytes: ArraySlice<UInt8>) throws(MessageFault) {
    if bytes.elementsEqual("*".utf8) {
      self.init()
    } else if bytes.first == UInt8(ascii: "/") {
      try self.init(form: .origin, pathAndQuery: bytes)
    } else {
      try self.init(absolute: bytes)
    }
  }
}

extension RequestTarget {
  private init() {
    form = .asterisk
    rawPath = "*"
    rawQuery = nil
    segments = []
    queryItems = []
  }

  private init(absolute bytes: ArraySlice<UInt8>) throws(MessageFault) {
    guard
      let scheme = ["http://", "https://"].first(where: {
        bytes.prefix($0.utf8.count).equalsIgnoringCase($0.utf8)
      })
    else { throw .malformedTarget }
    let rest = bytes.dropFirst(scheme.utf8.count)
    let authorityBytes = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    guard let authority = try? Authority(parsing: authorityBytes) else { throw .malformedTarget }
    let pathAndQuery = rest[authorityBytes.endIndex...]
    let slash = pathAndQuery.first == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    try self.init(form: .absolute(authority), pathAndQuery: slash + pathAndQuery)
  }

  private init(form: Form, pathAndQuery: ArraySlice<UInt8>) throws(MessageFault) {
    guard pathAndQuery.allSatisfy(\.isPathOrQueryCharacter) else { throw .malformedTarget }
    let path = pathAndQuery.prefix { $0 != UInt8(ascii: "?") }
    let query = path.endIndex < pathAndQuery.endIndex ? pathAndQuery[(path.endIndex + 1)...] : nil
    self.form = form
    rawPath = String(decoding: path, as: UTF8.self)
    rawQuery = query.map { String(decoding: $0, as: UTF8.self) }
    segments = try Self.segments(of: path)
    queryItems = try query.map(Self.items) ?? []
  }

  private static func segments(of path: ArraySlice<UInt8>) throws(MessageFault) -> [String] {
    var segments: [String] = []
    for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let decoded = PercentEncoding.decode(segment) else { throw .malformedTarget }
      segments.append(decoded)
    }
    return segments
  }

  private static func items(of query: ArraySlice<UInt8>) throws(MessageFault) -> [QueryItem] {
    var items: [QueryItem] = []
    for item in query.split(separator: UInt8(ascii: "&")) {
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      guard let decodedName = PercentEncoding.decode(name, plusIsSpace: true),
        let decodedValue = PercentEncoding.decode(item[name.endIndex...].dropFirst(), plusIsSpace: true)
      else { throw .malformedTarget }
      items.append(QueryItem(name: decodedName, value: decodedValue))
    }
    return items
  }
}
