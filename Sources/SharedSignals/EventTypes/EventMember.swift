/// A member that a standard describes for an event: its name, the shape of its value, whether it must be there.
package struct EventMember: Hashable, Sendable {
  package let name: String
  package let shape: MemberShape
  package let isRequired: Bool

  static func required(_ name: String, _ shape: MemberShape) -> EventMember {
    EventMember(name: name, shape: shape, isRequired: true)
  }

  static func optional(_ name: String, _ shape: MemberShape) -> EventMember {
    EventMember(name: name, shape: shape, isRequired: false)
  }
}
