import ArgumentParser
import Glibc
import HTTP
import JSON

/// Watches an import until it ends or is held, with a bar on a terminal.
struct ImportWatch {
  private static let interval = Duration.milliseconds(300)

  let client: AdminClient
  let id: String

  /// - Throws: an exit code for an import that failed, was closed, or is held.
  func run(json: Bool) async throws {
    var bar = ProgressBar()
    while true {
      let item = try await client.call(.get, "/v1/imports/\(id.pathSegment)").json
      bar.show(item)
      if item["phase"] == "held" || !["TRIGGERED", "IN_PROGRESS"].contains(item.column("status")) {
        bar.end()
        return try end(item, json: json)
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  private func end(_ item: JSONValue, json: Bool) throws {
    Terminal.say(json ? item.text(.pretty) : summary(item))
    if item["phase"] == "held" {
      let held = item["report"]?["held"]
      Terminal.complain(
        "the import is held: it affects \(held?.column("people") ?? "-") people, more than "
          + "\(held?.column("limit") ?? "-"); run import approve \(id), or import discard \(id)")
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
    let error = report["error"]?.stringValue.map { "\n\($0)" } ?? ""
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
