"""/metrics, read by Prometheus' own parser."""

from functools import cached_property

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from harness.transmitter import AdminAPI

STATES = {"pending", "delivered", "dead", "expired", "dropped"}


class Scrape:
    """One reading of all metrics."""

    def __init__(self, admin: AdminAPI):
        response = admin.call("GET", "/metrics")
        response.raise_for_status()
        self.media_type = response.headers["Content-Type"]
        self._text = response.text

    @cached_property
    def families(self) -> dict[str, Metric]:
        return {family.name: family for family in text_string_to_metric_families(self._text)}

    def samples(self, name: str, **labels: str) -> list[Sample]:
        """Those of a name with these labels among their own. Of a thousand streams, all would take long to parse."""
        lines = [line for line in self._text.splitlines() if line.startswith((name + "{", name + " "))]
        families = text_string_to_metric_families("\n".join(lines) + "\n")
        return [
            sample for family in families for sample in family.samples if labels.items() <= sample.labels.items()]

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample with these labels; None if there is none."""
        found = self.samples(name, **labels)
        assert len(found) <= 1, f"{name}{labels} is there {len(found)} times"
        return found[0].value if found else None

    def sum(self, name: str, **labels: str) -> float:
        return sum(sample.value for sample in self.samples(name, **labels))

    def states(self, stream: str) -> dict[str, float]:
        return {state: self.value("ssf_deliveries", stream=stream, state=state) for state in STATES}

    def unbalanced(self) -> list[str]:
        """P3: the streams, "deleted" for all that were, of which accepted deliveries are in no state."""
        streams = [
            sample.labels["stream"] for sample in self.samples("ssf_unaccounted_deliveries") if sample.value != 0]
        gone = {sample.labels["state"]: sample.value for sample in self.samples("ssf_deleted_stream_deliveries")}
        return streams + ["deleted"] * (gone["accepted"] != sum(gone[state] for state in STATES))
