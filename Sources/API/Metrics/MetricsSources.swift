package import HTTPServer
package import IdentitySources
import Synchronization
package import Transmitter

/// Where metrics come from: nothing here asks the database.
package struct MetricsSources: Sendable {
  let registry: StreamRegistry
  let store: Store
  let dispatcher: Dispatcher
  let signing: SigningPool
  let imports: ImportEngine
  let servers: ServerList
  let build: BuildVersions
  let started: Timestamp

  package init(
    registry: StreamRegistry, store: Store, dispatcher: Dispatcher, signing: SigningPool,
    imports: ImportEngine, servers: ServerList, build: BuildVersions, started: Timestamp
  ) {
    self.registry = registry
    self.store = store
    self.dispatcher = dispatcher
    self.signing = signing
    self.imports = imports
    self.servers = servers
    self.build = build
    self.started = started
  }
}

/// The servers whose counters are told, by the names of their listeners. They are made after the API, which one of
/// them serves.
package final class ServerList: Sendable {
  private let servers = Mutex<[(name: String, server: HTTPServer)]>([])

  package init() {}

  package func add(_ server: HTTPServer, as name: String) {
    servers.withLock { $0.append((name, server)) }
  }

  var counters: [(name: String, counters: ServerCounters)] {
    servers.withLock { $0 }.map { ($0.name, $0.server.counters) }
  }
}
