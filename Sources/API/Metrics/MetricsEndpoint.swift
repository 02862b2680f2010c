import HTTP
import IdentitySources
import POSIX
import Transmitter

/// How things are, for Prometheus.
struct MetricsEndpoint: Sendable {
  let sources: MetricsSources

  func add(to router: inout Router<Endpoint>) {
    router.add(.get, "/metrics", Endpoint(.scope(.read), respond: respond))
  }

  private func respond(_ call: Call) async throws -> Response {
    let families =
      MetricFamily.streams(sources.registry.figures())
      + [MetricFamily.deletedStreams(sources.registry.totalsOfDeletedStreams())]
      + MetricFamily.receivers(await sources.dispatcher.conditions())
      + [MetricFamily.alarms(await sources.dispatcher.alarms)]
      + MetricFamily.attempts(await sources.dispatcher.attempts)
      + [MetricFamily("ssf_signing_seconds", "Time that a signature took.", sources.signing.signingTimes)]
      + MetricFamily.imports(sources.imports.figures)
      + MetricFamily.commits(sources.store.commitFigures)
      + MetricFamily.disk(isFull: sources.store.isDiskFull) + MetricFamily.servers(sources.servers.counters)
      + MetricFamily.process(try .current(), started: sources.started, build: sources.build)
    return Response(
      status: .ok, fields: ["Content-Type": PrometheusText.mediaType, "Cache-Control": "no-store"],
      body: Array(PrometheusText.write(families).utf8))
  }
}
