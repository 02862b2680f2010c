import JSON
import Testing

@testable import ssf_transmitter

@Suite struct RecordMappingTests {
  private let plain = RecordMapping(id: nil, columns: [])

  @Test("a column may be called profile or deleted: a row is never a record that is ready")
  func columns() throws {
    let header = ["id", "profile", "deleted"]
    #expect(
      try plain.record(["1", "sales", "no"], header: header, number: 1) == [
        "external_id": "1", "profile": ["profile": "sales", "deleted": "no"],
      ])
    let mapping = RecordMapping(id: "id", columns: [(attribute: "team", column: "profile")])
    #expect(
      try mapping.record(["1", "sales", ""], header: header, number: 1) == [
        "external_id": "1", "profile": ["team": "sales"],
      ])
  }

  @Test(
    "an object with profile or deleted is a record already, any other is flat",
    arguments: [
      (["id": "1", "deleted": true], ["external_id": "1", "deleted": true]),
      (
        ["id": "1", "profile": ["a": "b"], "groups": ["g"]],
        ["external_id": "1", "profile": ["a": "b"], "groups": ["g"]]
      ),
      (["id": 7, "a": true, "b": nil], ["external_id": "7", "profile": ["a": "true", "b": nil]]),
    ] as [(JSONObject, JSONValue)])
  func objects(object: JSONObject, record: JSONValue) throws {
    #expect(try plain.record(object, number: 1) == record)
  }
}
