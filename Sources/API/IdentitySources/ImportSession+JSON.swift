import IdentitySources
import JSON

extension ImportSession {
  /// How far it is, and what it has done.
  func progress(in engine: ImportEngine) -> JSONObject {
    var json: JSONObject = ["uploads": .integer(Int64(uploads)), "records": .integer(Int64(records))]
    json["phase"] = phase.map { .string($0.rawValue) }
    json["compared"] = engine.compared(in: self).map { .integer(Int64($0)) }
    json["report"] = .object(report.json)
    return json
  }
}
