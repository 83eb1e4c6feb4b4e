#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Types a phrase at a terminal's prompt: hidden.py COMMAND...

Ends with 0 if the command took it, and the terminal did not show it; and if
Ctrl-C at the prompt ends the command with the echo back."""

import os
import pty
import sys
import termios


def run(typed):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    seen = b""
    while not seen.endswith(b": "):
        seen += os.read(fd, 1000)
    os.write(fd, typed)
    try:
        while True:
            data = os.read(fd, 1000)
            if not data:
                break
            seen += data
            echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
    except OSError:
        pass
    return os.waitpid(pid, 0)[1], seen, echo


status, seen, echo = run(b"typed\n")
if status != 0 or b"typed" in seen or not echo:
    sys.exit(f"phrase: {status} {seen} {echo}")
status, seen, echo = run(b"half\x03")
if not os.WIFSIGNALED(status) or b"half" in seen or not echo:
    sys.exit(f"Ctrl-C: {status} {seen} {echo}")
