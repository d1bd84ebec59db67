"""Ports of this machine: which are free, and the sentence for one that is not."""

from __future__ import annotations

import socket

from bot.supervisor.faults import CannotRun


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now; the kernel does not hand it out again at once."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(host: str, port: int, setting: str) -> None:
    """Raise CannotRun, naming the port and the setting that chooses another, if somebody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a port whose last connections are still in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} on {host} cannot be had ({(error.strerror or 'no reason given').lower()}): "
                f"stop what uses it, or choose another with {setting}=… in front of the command or in .env."
            ) from error
