"""A private RabbitMQ node with its own ports, folders and name server, isolated from other nodes."""

from pathlib import Path

from citiesshare.local.ports import HOST, Ports
from citiesshare.local.private_files import private_folder, write_private
from citiesshare.local.processes import Child, find_program
from citiesshare.local.readiness import accepts_amqp, accepts_connections
from shared.json_limits import LARGEST_MESSAGE

RABBITMQ = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")
WORKAROUNDS = Path(__file__).with_name("broker.erl")
# A retry queue that dead-letters to a full queue tries again after 5 seconds instead of 3 minutes.
ERLANG = (
    "-kernel inet_dist_use_interface {127,0,0,1}"
    " -rabbit dead_letter_worker_publisher_confirm_timeout 5000"
    ' -eval file:eval(os:getenv("CITIESSHARE_BROKER")).'
)


def epmd(data: Path, ports: Ports) -> Child:
    """Return the process of Erlang's name server (epmd)."""
    command = [find_program("epmd"), "-port", str(ports["epmd"]), "-address", HOST]
    return Child("epmd", command, {}, data / "log/epmd.log", accepts_connections(ports["epmd"]))


def broker(data: Path, ports: Ports, url: str, definitions: str | None = None) -> Child:
    """Return the process of the node, with data and configuration in ``data/rabbitmq``.

    It is ready once it accepts a connection at ``url``. With ``definitions`` (JSON) it has the accounts in
    them and not RabbitMQ's default account ``guest``.
    """
    home = private_folder(data / "rabbitmq")
    accounts = home / "definitions.json"
    if definitions is not None:
        write_private(accounts, definitions)
    write_private(
        home / "rabbitmq.conf",
        f"listeners.tcp.local = {HOST}:{ports['amqp']}\n"
        f"management.tcp.ip = {HOST}\nmanagement.tcp.port = {ports['management']}\n"
        "disk_free_limit.absolute = 200MB\nvm_memory_high_watermark.relative = 0.3\n"
        f"max_message_size = {LARGEST_MESSAGE}\n"
        + (f"load_definitions = {accounts}\n" if definitions is not None else ""),
    )
    write_private(home / "enabled_plugins", "[rabbitmq_management].\n")
    environment = {**_folders(home, data / "log"), **_addresses(ports)}
    ready = accepts_amqp(ports["amqp"], url)
    return Child("broker", [find_program(*RABBITMQ)], environment, data / "log/broker.log", ready)


def _folders(home: Path, logs: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "ERL_CRASH_DUMP": str(logs / "erl_crash.dump"),
        "CITIESSHARE_BROKER": str(WORKAROUNDS),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_MNESIA_DIR": str(home / "mnesia/node"),
        "RABBITMQ_LOG_BASE": str(logs),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
    }


def _addresses(ports: Ports) -> dict[str, str]:
    return {
        # A node named by its address needs no name resolution.
        "RABBITMQ_USE_LONGNAME": "true",
        "RABBITMQ_NODENAME": f"citiesshare@{HOST}",
        "RABBITMQ_NODE_IP_ADDRESS": HOST,
        "RABBITMQ_NODE_PORT": str(ports["amqp"]),
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": HOST,
    }
