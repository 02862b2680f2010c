import JSON
import Transmitter

/// A comparison of an attribute with a value, as RFC 7644 §3.4.2.2 describes them. Texts are compared without
/// regard to case, times as times, and a text that is a number as a number where it is compared with one.
struct Comparison: Hashable, Sendable {
  enum Operator: String, CaseIterable, Sendable {
    case equal = "eq"
    case notEqual = "ne"
    case contains = "co"
    case startsWith = "sw"
    case endsWith = "ew"
    case greater = "gt"
    case greaterOrEqual = "ge"
    case less = "lt"
    case lessOrEqual = "le"
  }

  enum Operand: Hashable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(FoldedText, time: Timestamp?)
  }

  let `operator`: Operator
  let operand: Operand

  /// Whether any of the attribute's values compares so. An attribute that is not there differs from every value.
  func matches(_ value: AttributeValue) -> Bool {
    if operand == .null { return value.isPresent == (`operator` == .notEqual) }
    return switch value {
    case .absent: `operator` == .notEqual
    case .flag(let flag): matches(flag)
    case .text(let text): matches(text)
    case .texts(let texts): texts.contains(where: matches)
    }
  }

  private func matches(_ flag: Bool) -> Bool {
    matches(FoldedText(flag ? "true" : "false"))
  }

  private func matches(_ text: FoldedText) -> Bool {
    switch operand {
    case .null: false
    case .flag(let flag): isEqual(text == (flag ? .true : .false))
    case .number(let number): matches(text, number)
    case .text(let other, let time): matches(text, other, time)
    }
  }

  private func isEqual(_ same: Bool) -> Bool {
    same == (`operator` == .equal)
  }

  private func matches(_ text: FoldedText, _ number: Double) -> Bool {
    guard let value = Double(text.string) else { return `operator` == .notEqual }
    return orders(value, number)
  }

  private func matches(_ text: FoldedText, _ other: FoldedText, _ time: Timestamp?) -> Bool {
    switch `operator` {
    case .equal, .notEqual: isEqual(text == other)
    case .contains: text.contains(other)
    case .startsWith: text.starts(with: other)
    case .endsWith: text.ends(with: other)
    case .greater, .greaterOrEqual, .less, .lessOrEqual:
      if let time, let own = Timestamp(text.string) { orders(own, time) } else { orders(text, other) }
    }
  }

  private func orders<Value: Comparable>(_ value: Value, _ other: Value) -> Bool {
    switch `operator` {
    case .equal: value == other
    case .notEqual: value != other
    case .greater: value > other
    case .greaterOrEqual: value >= other
    case .less: value < other
    case .lessOrEqual: value <= other
    case .contains, .startsWith, .endsWith: false
    }
  }
}

extension Comparison.Operator {
  /// Whether a comparison with `operand` means anything; RFC 7644 refuses the others.
  func accepts(_ operand: Comparison.Operand) -> Bool {
    switch (self, operand) {
    case (.equal, _), (.notEqual, _), (_, .text): true
    case (.contains, _), (.startsWith, _), (.endsWith, _): false
    case (_, .number): true
    case (_, .flag), (_, .null): false
    }
  }
}
