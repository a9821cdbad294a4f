"""Taking sockets and new programs away from a process that must still open files.

Linux seccomp in filter mode (seccomp(2)): the kernel refuses the calls, for all threads to come,
and nothing gives them back. Calls are numbered by machine, so each known machine has a row.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Final

from permed.graph.errors import InputError

__all__ = ["install_seccomp_filter"]

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2
# machine: its audit number, and its numbers of socket, socketpair, connect, execve, execveat,
# io_uring_setup (asm/unistd.h)
_MACHINES: Final = {
    "x86_64": (0xC000003E, (41, 53, 42, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 221, 281, 425)),
}
_OTHER_ABI: Final = 0x40000000  # x32 numbers start here
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # EPERM
_LOAD, _RETURN, _EQUAL, _AT_LEAST = 0x20, 0x06, 0x15, 0x35


def install_seccomp_filter() -> None:
    """Refuse new sockets and programs from here on; InputError where the system cannot."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise InputError(f"no filter of system calls is known for {machine}")
    number, calls = _MACHINES[machine]
    held = ctypes.create_string_buffer(_program(number, calls))
    count = len(held.raw) // 8
    wish = ctypes.create_string_buffer(struct.pack("HxxxxxxP", count, ctypes.addressof(held)))
    if _LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or _LIBC.prctl(_SET_SECCOMP, _FILTER, wish):
        said = os.strerror(ctypes.get_errno())
        raise InputError(f"the system does not filter calls of a process: {said}")


def _program(machine: int, calls: tuple[int, ...]) -> bytes:
    """Return the filter: refuse a foreign machine, foreign numbers and the given calls."""
    checks = len(calls)
    lines = [
        (_LOAD, 0, 0, 4),  # the machine of the call
        (_EQUAL, 0, checks + 3, machine),
        (_LOAD, 0, 0, 0),  # its number
        (_AT_LEAST, checks + 1, 0, _OTHER_ABI),
        *((_EQUAL, checks - at, 0, call) for at, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
