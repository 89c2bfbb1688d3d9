"""The port of `rebut serve`: tried at once, so that a busy one is told before the models are loaded."""

from __future__ import annotations

import errno
import socket

from index.errors import RebutError

REASONS = {
    errno.EADDRINUSE: "is in use already: end what listens there, or choose another port with --port or REBUT_PORT (0 for any)",
    errno.EACCES: "may not be used: ports below 1024 are for the administrator; choose another one with --port or REBUT_PORT",
    errno.EADDRNOTAVAIL: "is no address of this machine: choose another one with --host or REBUT_HOST",
}
MISSING = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""What is told of an address that this machine does not have."""


class CannotListen(RebutError):
    """The address or the port cannot be listened on."""


def refuse_unusable(host: str, port: int) -> None:
    """Try whether a place can be listened on, and let go of it: the server takes it when it can answer.

    Raises:
        CannotListen: saying why not, and what to do.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotListen(f"{host}: {error.strerror}; choose another address with --host or REBUT_HOST") from error
    for family, _, _, _, address in found:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind(address)
        except OSError as error:
            if error.errno in MISSING and len(found) > 1:
                continue  # a name such as localhost may have an IPv6 address where there is no IPv6
            reason = REASONS.get(error.errno or 0, f"cannot be listened on: {error.strerror}")
            raise CannotListen(f"{host}:{port} {reason}") from error
