"""nginx as yardstick and as receiver: one foreground process, everything of it in a temporary directory."""

import socket
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from . import host

TEMPLATES = Path(__file__).parent / "config"


class Nginx:
    """A running nginx, made from a template in config/; a context manager."""

    def __init__(self, template: str, **values: object):
        self.port = host.free_port()
        self._template = Template((TEMPLATES / template).read_text())
        self._values = values

    def __enter__(self) -> "Nginx":
        self._directory = TemporaryDirectory(prefix="ssf-bench-nginx-")
        self.prefix = Path(self._directory.name)
        configuration = self.prefix / "nginx.conf"
        configuration.write_text(self._template.substitute(self._values, port=self.port, prefix=self.prefix))
        self._server = host.Server(
            [host.find("nginx"), "-p", str(self.prefix), "-c", str(configuration), "-e", "stderr"],
            log=self.prefix / "errors.log")
        try:
            self._server.wait_until(self._listens, "nginx to listen", 10)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._directory.cleanup()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
