import HTTP
import JSON

/// What must be so for the transmitter to do its work: each check answers why it is not, or nil.
package struct ReadinessChecks: Sendable {
  /// One of them, under the name that `/readyz` shows it by.
  package struct Check: Sendable {
    let name: String
    let problem: @Sendable () -> String?
    /// What should be looked at, but keeps nobody from working.
    let warning: @Sendable () -> String?

    package init(
      _ name: String, problem: @escaping @Sendable () -> String?,
      warning: @escaping @Sendable () -> String? = { nil }
    ) {
      self.name = name
      self.problem = problem
      self.warning = warning
    }
  }

  let checks: [Check]

  package init(_ checks: [Check]) {
    self.checks = checks
  }
}

/// For supervisors and load balancers.
enum HealthEndpoints {
  /// The process answers.
  static let alive = Endpoint(.anyone) { _ in .json(["status": "ok"]) }

  /// 200 when every check passes, else 503; either way with what each check says.
  static func ready(_ readiness: ReadinessChecks) -> Endpoint {
    Endpoint(.anyone) { _ in
      var results: JSONObject = [:]
      var isReady = true
      for check in readiness.checks {
        let problem = check.problem()
        results[check.name] = .string(problem ?? check.warning() ?? "ok")
        isReady = isReady && problem == nil
      }
      return .json(
        ["status": isReady ? "ready" : "not ready", "checks": .object(results)],
        status: isReady ? .ok : .serviceUnavailable)
    }
  }
}
