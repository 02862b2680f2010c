import IdentitySources
import JSON
import Transmitter

/// Reads a changed configuration while the daemon runs. All of it must be good, or nothing is applied.
struct Reload: Sendable {
  /// What takes effect without a restart.
  private static let applied: Set<String> = ["rules"]

  /// The settings of the start.
  private let initial: Settings
  /// What is asked of events until a restart; of those that rules make too.
  private let policy: EventPolicy
  private let read: @Sendable () throws -> Settings

  init(
    since initial: Settings, under policy: EventPolicy,
    reading read: @escaping @Sendable () throws -> Settings
  ) {
    self.initial = initial
    self.policy = policy
    self.read = read
  }

  /// Puts the rules of the present configuration in force.
  ///
  /// - Parameter store: keeps the audit log, which tells of it.
  /// - Returns: the keys that have changed since the start and wait for a restart.
  /// - Throws: what is wrong with the configuration, or why the change cannot be written down.
  func apply(to rules: RuleBook, in store: Store, environment: Environment) async throws -> [String] {
    let settings = try read()
    _ = try Configuration(settings)
    let changed = try SettingReader(settings).rules(under: policy)
    try await rules.replace(with: changed, in: store, environment: environment)
    return Setting.all.map(\.key).filter { key in
      !Self.applied.contains(key) && settings[key].json != initial[key].json
    }
  }
}
