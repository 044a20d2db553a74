"""A private RabbitMQ for one test run."""

import os
import shutil
from pathlib import Path

from tests.servers import processes
from tests.servers.kinds import Kind


def installed() -> Path | None:
    """The script that starts a broker as whoever calls it (Debian's wrapper on the path changes the user)."""
    script = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    on_path = shutil.which("rabbitmq-server")
    return script if script.exists() else Path(on_path) if on_path else None


def start(server: Path) -> str:
    """A fresh broker with its own node name, cookie and ports; its URL."""
    return launch(server)[0]


def launch(server: Path) -> tuple[str, processes.Server]:
    """A fresh broker with its own node name, cookie and ports: its URL, and the server itself."""
    home, port, names_port = processes.directory("rabbitmq"), processes.free_port(), processes.free_port()
    (home / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\n"
        "distribution.listener.interface = 127.0.0.1\n"
        "disk_free_limit.absolute = 50MB\n"
        "vm_memory_high_watermark.absolute = 512MiB\n"
    )
    (home / "enabled_plugins").write_text("[].\n")
    environment = _environment(home, port, names_port)
    # Erlang's port mapper runs as our own child: one that the broker starts would stay behind.
    mapper = _port_mapper()
    processes.start(
        [mapper], home, lambda: processes.reachable("127.0.0.1", names_port), environment=environment
    )
    broker = processes.start([str(server)], home, lambda: answers("127.0.0.1", port), environment=environment)
    return RABBITMQ.url.format(port=port), broker


def _environment(home: Path, port: int, names_port: int) -> dict[str, str]:
    return os.environ | {
        "HOME": str(home),  # the cookie lives there
        "RABBITMQ_NODENAME": f"casebridge{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_DIST_PORT": str(processes.free_port()),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none",
        "ERL_EPMD_PORT": str(names_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP_SECONDS": "0",
    }


def _port_mapper() -> str:
    found = shutil.which("epmd") or next(map(str, Path("/usr/lib/erlang").glob("erts-*/bin/epmd")), None)
    if not found:
        raise processes.NotStarted("Erlang's epmd was not found beside RabbitMQ")
    return found


def answers(host: str, port: int) -> bool:
    """Whether the broker opens the AMQP conversation: its first frame is a method frame."""
    return processes.answer(host, port, b"AMQP\x00\x00\x09\x01") == b"\x01"


RABBITMQ = Kind(
    name="RabbitMQ",
    variable="TEST_BUS_URL",
    package="rabbitmq-server",
    url="amqp://guest:guest@127.0.0.1:{port}/",
    port=5672,
    container=("rabbitmq:4",),
    installed=installed,
    start=start,
    answers=answers,
)
