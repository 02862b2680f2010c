import SharedSignals
import Testing

@Suite struct EventCatalogTests {
  @Test("CAEP has 8 types, RISC 14 and SSF 2, and all short names differ")
  func counts() {
    let perFamily = ["caep", "risc", "ssf"].map { family in
      EventCatalog.all.filter { $0.rawValue.contains("/secevent/\(family)/event-type/") }.count
    }
    #expect(perFamily == [8, 14, 2])
    #expect(Set(EventCatalog.shortNames).count == 24)
  }

  @Test("events_supported holds CAEP and RISC, not the framework's own types")
  func deliverable() {
    #expect(EventCatalog.deliverable.count == 22)
    #expect(!EventCatalog.deliverable.contains(.verification))
    #expect(!EventCatalog.deliverable.contains(.streamUpdated))
  }

  @Test("every short name leads to its type and back", arguments: EventCatalog.all)
  func roundTrip(type: EventType) throws {
    let name = try #require(type.shortName)
    #expect(EventCatalog.type(named: name) == type)
  }

  @Test("the schema of a type tells its members, the required ones and the values")
  func schemaContent() throws {
    let schema = EventCatalog.schema(for: .credentialChange)
    #expect(schema.members.filter(\.isRequired).map(\.name) == ["credential_type", "change_type"])
    let changeType = try #require(schema.members.first { $0.name == "change_type" })
    #expect(changeType.shape == .closed(["create", "revoke", "update", "delete"]))
  }
}
