import ArgumentParser
import Glibc
import HTTP
import JSON

/// Watches an import until it ends or is held, with a bar on a terminal.
struct ImportWatch {
  private static let interval = Duration.milliseconds(300)

  let client: AdminClient
  let id: String

  /// - Throws: an exit code for an import that failed, was closed, or waits for an administrator.
  func run(json: Bool) async throws {
    var bar = ProgressBar()
    while true {
      let item = try await client.call(.get, "/v1/imports/\(id.pathSegment)").json
      bar.show(item)
      let held = try await heldImport(inTheWayOf: item)
      if held != nil || !["TRIGGERED", "IN_PROGRESS"].contains(item.column("status")) {
        bar.end()
        Terminal.say(json ? item.text(.pretty) : summary(item))
        return try end(item, held: held)
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// The import on which an administrator has to decide before this one goes on: itself, or one of its source before it.
  private func heldImport(inTheWayOf item: JSONValue) async throws -> JSONValue? {
    if item["phase"] == "held" { return item }
    guard item["status"] == "TRIGGERED" else { return nil }
    let path = "/v1/imports".appending(query: [("source", item.column("source"))])
    return try await client.call(.get, path).json["imports"]?.arrayValue?.first { $0["phase"] == "held" }
  }

  private func end(_ item: JSONValue, held: JSONValue?) throws {
    if let held {
      let (heldID, figures) = (held.column("id"), held["report"]?["held"] ?? [:])
      let what = heldID == id ? "the import is held" : "the import waits behind \(heldID), which is held"
      Terminal.complain(
        "\(what): it affects \(figures.column("people")) people, more than \(figures.column("limit")); "
          + "run import approve \(heldID), or import discard \(heldID)")
      throw ExitCode.temporaryFailure
    }
    guard item["status"] == "COMPLETED" else { throw ExitCode.failure }
  }

  private func summary(_ item: JSONValue) -> String {
    let report = item["report"] ?? [:]
    let counts = ["created", "updated", "deleted", "unchanged", "events"].map { "\(report.column($0)) \($0)" }
    let faults = (report["faults"]?.arrayValue ?? []).map { fault in
      "\nrule '\(fault.column("rule"))' failed \(fault.column("count")) time(s): \(fault.column("reason"))"
    }
    let error = report["error"] == nil ? "" : "\n\(report.column("error"))"
    return "import \(id) is \(item.column("status")): " + counts.joined(separator: ", ") + error
      + faults.joined()
  }
}

/// A line that is written over itself; nothing where standard error is no terminal.
struct ProgressBar {
  private static let width = 30

  private let isShown = Terminal.isTerminal(STDERR_FILENO)

  mutating func show(_ item: JSONValue) {
    guard isShown else { return }
    let (done, all) = Self.progress(of: item)
    let filled = all == 0 ? 0 : min(Self.width, Int(done * Int64(Self.width) / all))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let what = item["phase"]?.stringValue ?? item.column("status")
    Terminal.write("\r[\(bar)] \(what) \(done)/\(all)\u{1B}[K", to: STDERR_FILENO)
  }

  func end() {
    if isShown { Terminal.write("\n", to: STDERR_FILENO) }
  }

  /// Records that are compared, or changes that are made, of how many.
  static func progress(of item: JSONValue) -> (done: Int64, all: Int64) {
    func count(_ json: JSONValue?) -> Int64 { json?.integerValue ?? 0 }
    let report = item["report"]
    switch (item["status"], item["phase"]) {
    case ("TRIGGERED", _), (_, "comparing"): return (count(item["compared"]), count(item["records"]))
    case ("IN_PROGRESS", _):
      let done = ["created", "updated", "deleted"].map { count(report?[$0]) }.reduce(0, +)
      return (done, count(report?["changes"]))
    default: return (count(item["records"]), count(item["records"]))
    }
  }
}
