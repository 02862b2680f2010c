/// Every event type that a standard defines, with its short name and its schema.
package enum EventCatalog {
  private static let entries = [EventSchema.caep, EventSchema.risc, EventSchema.ssf].flatMap { Array($0) }
  private static let schemas = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
  private static let namesByType = Dictionary(uniqueKeysWithValues: zip(all, shortNames))
  private static let typesByName = Dictionary(uniqueKeysWithValues: zip(shortNames, all))

  /// All known types: CAEP, RISC and SSF, each family in the order of its standard.
  package static let all = entries.map(\.key)

  /// The types a receiver may ask for, as answered in `events_supported`: CAEP and RISC. The framework's own
  /// types are sent whether asked for or not.
  package static let deliverable = [EventSchema.caep, EventSchema.risc].flatMap { $0.map(\.key) }

  /// The short names of ``all``, in the same order.
  package static let shortNames = all.map { String($0.rawValue.split(separator: "/").last ?? "") }

  /// The known type with this short name.
  package static func type(named shortName: String) -> EventType? { typesByName[shortName] }

  /// The rules of a type. A custom type has few: its members are a matter between transmitter and receiver.
  package static func schema(for type: EventType) -> EventSchema { schemas[type] ?? .custom }

  static func shortName(of type: EventType) -> String? { namesByType[type] }
}
