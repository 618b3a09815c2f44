"""The tests run without a network, and so does everything that they start."""

import socket
import subprocess
import sys

import pytest

from tests import isolation

pytestmark = pytest.mark.skipif(
    not isolation.is_isolated(), reason=f"the network is {isolation.STATE}"
)
CONNECT = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"


def test_nothing_but_this_machine_can_be_reached() -> None:
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection(("192.0.2.1", 80), timeout=5)


def test_a_process_that_a_test_starts_has_no_network_either() -> None:
    done = subprocess.run([sys.executable, "-c", CONNECT], capture_output=True, text=True)
    assert done.returncode == 1
    assert "unreachable" in done.stderr


def test_loopback_works_because_kernels_and_browsers_talk_over_it() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        connection, _ = server.accept()
        with connection:
            client.sendall(b"here")
            assert connection.recv(4) == b"here"
