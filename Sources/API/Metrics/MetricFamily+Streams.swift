import SharedSignals
import Transmitter

extension MetricFamily {
  /// What became of each stream's deliveries. Streams alone are labels, never subjects.
  static func streams(_ streams: [StreamFigures]) -> [MetricFamily] {
    [
      MetricFamily(
        "ssf_accepted_total", .counter, "Deliveries accepted for the stream, since it was made.",
        each(streams) { Double($0.totals.accepted) }),
      MetricFamily(
        "ssf_deliveries", .gauge,
        "Where the accepted deliveries are, since the stream was made. The states of a stream add up to "
          + "ssf_accepted_total.", streams.flatMap(states)),
      MetricFamily(
        "ssf_settled_total", .counter, "Deliveries that came to an end, since the start of the process.",
        streams.flatMap(outcomes)),
      MetricFamily(
        "ssf_unaccounted_deliveries", .gauge,
        "Accepted deliveries that are in no state. Anything but 0 is a fault of the transmitter.",
        each(streams) { Double($0.totals.unaccounted) }),
      MetricFamily(
        "ssf_held_deliveries", .gauge, "Pending deliveries of a paused stream.",
        each(streams) { Double($0.held) }),
      MetricFamily(
        "ssf_oldest_pending_seconds", .gauge, "How long the first in the stream's queue has waited.",
        each(streams) { ($0.oldestPending ?? .zero) / .seconds(1) }),
      MetricFamily(
        "ssf_stream_info", .gauge, "The streams, with status and delivery method.", streams.map(info)),
    ]
  }

  /// In one family of all of them: of the streams that come and go there is no end.
  static func deletedStreams(_ totals: StreamTotals) -> MetricFamily {
    MetricFamily(
      "ssf_deleted_stream_deliveries", .gauge,
      "Where the deliveries are that deleted streams had accepted, while their history is kept. The states but "
        + "accepted add up to it.",
      ([("accepted", totals.accepted), ("pending", totals.queued)] + ended(totals)).map {
        Sample(labels: [("state", $0)], value: Double($1))
      })
  }

  private static func each(_ streams: [StreamFigures], _ value: (StreamFigures) -> Double) -> [Sample] {
    streams.map { Sample(labels: [("stream", $0.streamID)], value: value($0)) }
  }

  private static func states(_ stream: StreamFigures) -> [Sample] {
    let totals = stream.totals
    return [("pending", totals.queued)].map { sample(of: stream, "state", $0, $1) }
      + ended(totals).map { sample(of: stream, "state", $0, $1) }
  }

  private static func outcomes(_ stream: StreamFigures) -> [Sample] {
    ended(stream.flows).map { sample(of: stream, "outcome", $0, $1) }
  }

  private static func ended(_ totals: StreamTotals) -> [(String, Int64)] {
    [
      ("delivered", totals.delivered), ("dead", totals.dead), ("expired", totals.expired),
      ("dropped", totals.dropped),
    ]
  }

  private static func sample(
    of stream: StreamFigures, _ label: String, _ name: String, _ value: Int64
  ) -> Sample {
    Sample(labels: [("stream", stream.streamID), (label, name)], value: Double(value))
  }

  private static func info(_ stream: StreamFigures) -> Sample {
    Sample(
      labels: [
        ("stream", stream.streamID), ("status", stream.status.rawValue),
        ("delivery", stream.isPushed ? "push" : "poll"),
      ], value: 1)
  }
}
