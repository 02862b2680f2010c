/// What a change answers when a filter asks for an attribute.
enum AttributeValue: Hashable, Sendable {
  case absent
  case flag(Bool)
  case text(FoldedText)
  case texts([FoldedText])

  /// Whether there is a value that is not empty (`pr`).
  var isPresent: Bool {
    switch self {
    case .absent: false
    case .flag, .text: true
    case .texts(let texts): !texts.isEmpty
    }
  }
}
