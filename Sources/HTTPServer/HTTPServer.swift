package import HTTP
package import Logging
package import Sockets
import Synchronization

/// An HTTP/1.1 server on one listening socket: accepts connections within the limits, serves each in a task
/// of its own, and stops in order. It knows no path and no endpoint; ``ServerHandler`` answers.
package final class HTTPServer: Sendable {
  private let listener: ListeningSocket
  private let service: Service
  private let logger: Logger
  private let refusals = Atomic(0)

  /// - Parameters:
  ///   - label: names the listener in the log.
  ///   - allowedHosts: hosts without port that requests may name; any other is answered 421. Nil allows all.
  ///   - proxies: those that may call for others.
  package init(
    label: String, listener: ListeningSocket, limits: ServerLimits = ServerLimits(),
    allowedHosts: Set<String>? = nil, proxies: TrustedProxies = TrustedProxies(), handler: ServerHandler,
    logger: Logger = Logger(label: "http-server")
  ) {
    var logger = logger
    logger[metadataKey: "listener"] = "\(label)"
    self.logger = logger
    self.listener = listener
    service = Service(
      limits: limits, allowedHosts: allowedHosts, proxies: proxies, handler: handler, logger: logger)
  }

  /// Serves until ``drain()``, ``stopNow()`` or the cancellation of the task, and returns when every
  /// connection has ended.
  ///
  /// - Throws: why the listener failed, if that is what ended it; every connection has ended then too.
  package func run() async throws(SocketError) {
    await withDiscardingTaskGroup { group in
      while let socket = await nextSocket() {
        service.tally.countConnection()
        group.addTask(executorPreference: socket.loop) { await self.serve(socket) }
      }
      drain()
      await service.roster.waitUntilEmpty(by: .after(service.limits.drainTime))
      group.cancelAll()
    }
    if let failure = listener.failure { throw failure }
  }

  /// Stops accepting, closes idle connections, and lets requests under way finish within `drainTime`.
  package func drain() {
    listener.close()
    service.roster.drain()
  }

  /// Stops accepting and ends every connection at once; requests under way are cancelled.
  package func stopNow() {
    drain()
    service.roster.stopWaiting()
  }

  package var counters: ServerCounters {
    service.tally.counters(open: service.roster.count, shed: listener.shedConnections)
  }
}

// MARK: - Connections

extension HTTPServer {
  /// Nil when the listener has been closed or has failed; ``run()`` tells which.
  private func nextSocket() async -> Socket? {
    do throws(SocketError) {
      return try await listener.accept()
    } catch {
      logger.critical("the listener failed and is closed", metadata: ["error": "\(error)"])
      return nil
    }
  }

  private func serve(_ socket: Socket) async {
    do throws(ServerFailure) {
      let seat = try service.roster.admit(socket)
      var connection = Connection(seat, of: service)
      await connection.run()
      service.roster.release(seat)
    } catch {
      await refuse(socket, error)
    }
  }

  /// A refused connection lives on for the time of its farewell. Beyond this many of them none is bidden.
  private static let mostRefusals = 64

  private func refuse(_ socket: Socket, _ failure: ServerFailure) async {
    defer { refusals.subtract(1, ordering: .relaxed) }
    service.tally.countRefusal()
    service.record(.failure(failure), of: socket)
    guard refusals.add(1, ordering: .relaxed).newValue <= Self.mostRefusals else { return }
    var writer = service.writer(for: socket)
    await writer.dismiss(with: service.handler.renderFailure(failure, nil), toHead: false)
  }
}
