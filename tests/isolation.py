"""Take the network away from the tests, all but loopback.

A network namespace of their own goes to everything that the tests start: the workers of xdist,
Jupyter's kernels and servers, the browser. So a page that wants a CDN or a data set that is fetched
fails here as it does in a classroom without a network. Linux gives namespaces to root only; where
there is none the tests run with the network, and pytest's first lines say so.
"""

import ctypes
import importlib.util
import os
import socket
import struct
import sys

import pytest

CLONE_NEWNET = 0x40000000  # <linux/sched.h>
SIOCGIFFLAGS = 0x8913  # <linux/sockios.h>
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
IFREQ = "16sH14x"  # struct ifreq of <net/if.h> as far as the flags


def is_isolated() -> bool:
    """Whether this process sees no interface but loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def isolate() -> None:
    """Move this thread and what it starts from now on into a network with nothing but loopback.

    Raises:
        OSError: this system or this user cannot do it.
    """
    if not sys.platform.startswith("linux"):
        raise OSError(f"{sys.platform} has no network namespaces")
    import fcntl

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack(IFREQ, b"lo", 0))
        name, flags = struct.unpack(IFREQ, request)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack(IFREQ, name, flags | IFF_UP))


# At import and not in a hook: a thread that is older than the namespace would stay outside. The
# workers of xdist are started later, find themselves inside and have nothing to do.
try:
    if not is_isolated():
        isolate()
    STATE = "loopback only"
except OSError as error:
    STATE = f"not isolated ({error}): a test that wrongly needs the network may pass here"


def pytest_report_header() -> str:
    """The first lines of a run say whether it had a network."""
    return f"network: {STATE}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test` promises torch, so that its half of the tests is not lost without a word."""
    parser.addoption("--require-torch", action="store_true", help="Fail if torch is not installed.")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the promise of `--require-torch`."""
    if config.getoption("--require-torch") and importlib.util.find_spec("torch") is None:
        raise pytest.UsageError(
            "torch is not installed, so half of the tests would be skipped. "
            "`make torch` installs it; `make test TORCH=no` tests the NumPy half alone."
        )
