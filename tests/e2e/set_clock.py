#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""set_clock.py FILE TIME: sets the wall clock of who reads FILE by wall_clock.c

TIME is in seconds since 1970, or "now". Then the machine's clock is set by a
nanosecond, of which the kernel tells all who asked for that.
"""

import ctypes
import os
import struct
import sys
import time

ADJ_SETOFFSET, ADJ_NANO = 0x0100, 0x2000
OFFSET_OF_TIME = 72
SIZE = 208


def announce():
    """Have the kernel tell that the clock was set."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = bytearray(SIZE)
    struct.pack_into("I", timex, 0, ADJ_SETOFFSET | ADJ_NANO)
    struct.pack_into("qq", timex, OFFSET_OF_TIME, 0, 1)
    if libc.adjtimex((ctypes.c_char * SIZE).from_buffer(timex)) < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")


def main():
    """Set the clock."""
    path, when = sys.argv[1:]
    offset = 0 if when == "now" else int(when) - int(time.time())
    # in one piece: it is in use
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    os.pwrite(fd, struct.pack("=q", offset), 0)
    os.close(fd)
    announce()


main()
