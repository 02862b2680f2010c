import ArgumentParser
import Glibc
import HTTP
import HTTPServer
import IdentitySources
import Logging
import Transmitter

/// How the daemon runs and ends: in order at the first signal or when a part of it fails, at once at the second
/// signal.
extension Daemon {
  /// - Throws: why a part could not go on; by then the others have ended in order.
  func serve(obeying signals: Signals, _ reload: Reload) async throws {
    let obedience = Task { await obey(signals, reload) }
    let refreshing = Task { await issuers.run() }
    defer {
      obedience.cancel()
      refreshing.cancel()
    }
    try await runParts()
    try await store.close()
    logger.notice("stopped")
  }

  private func runParts() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await storeWatch.run() }
      group.addTask { try await publicServer.run() }
      group.addTask { try await adminServer.run() }
      group.addTask { try await dispatcher.run() }
      group.addTask { try await inactivity.run() }
      group.addTask { try await auditRetention.run() }
      group.addTask { try await tokenUses.run() }
      group.addTask { try await horizons.run() }
      group.addTask { try await history.run() }
      group.addTask { try await keyRotation.run() }
      group.addTask { try await imports.run() }
      var failure: (any Error)?
      while let result = await group.nextResult() {
        guard case .failure(let error) = result, failure == nil else { continue }
        failure = error
        logger.critical("stopping: a part cannot go on", metadata: ["error": "\(error)"])
        stop(endingWith: ExitCode(for: error))
      }
      if let failure { throw failure }
    }
  }

  private func obey(_ signals: Signals, _ reload: Reload) async {
    var isStopping = false
    for await signal in signals.arrivals {
      switch signal {
      case SIGHUP:
        await apply(reload)
      case _ where isStopping:
        _exit(128 + SIGINT)
      default:
        isStopping = true
        logger.notice("stopping")
        stop(endingWith: .success)
      }
    }
  }

  private func apply(_ reload: Reload) async {
    do {
      let waiting = try await AuditActor.$current.withValue(.local) {
        try await reload.apply(to: rules, in: store, environment: environment)
      }
      logger.notice("reloaded", metadata: ["rules": "\(rules.current.names.count)"])
      guard !waiting.isEmpty else { return }
      logger.warning(
        "changed keys wait for a restart", metadata: ["keys": "\(waiting.joined(separator: " "))"])
    } catch {
      logger.error("not reloaded: nothing was changed", metadata: ["error": "\(error)"])
    }
  }

  /// Ends every part in order. Attempts that outlive the time for it are given up: what they carry is still
  /// queued, and is sent again by the next start.
  private func stop(endingWith code: ExitCode) {
    publicServer.drain()
    adminServer.drain()
    dispatcher.stop()
    storeWatch.stop()
    inactivity.stop()
    auditRetention.stop()
    tokenUses.stop()
    horizons.stop()
    history.stop()
    backups.stop()
    keyRotation.stop()
    imports.stop()
    Task { [logger] in
      try await Task.sleep(for: ServerLimits().drainTime)
      logger.warning("stopped with attempts under way")
      _exit(code.rawValue)
    }
  }
}
