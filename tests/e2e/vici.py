#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of the VICI protocol, written after its description: vici.py PATH
COMMAND [KEY=VALUE...] prints what an answer streams and the answer, a line
"key=value" each, events separated by empty lines. vici.py PATH --watch prints
events until one of the name in its argument. vici.py PATH --abuse PIDFILE keeps
connections that never read, send half a packet, or nothing."""

import socket
import struct
import sys
import time

STREAMS = {"list-profiles": "profile", "metrics": "metrics"}


def connect(path):
    sock = socket.socket(socket.AF_UNIX)
    # with a time limit it would not wait to be accepted
    sock.connect(path)
    sock.settimeout(20)
    return sock


def send(sock, kind, name, message=b""):
    body = bytes([kind, len(name)]) + name.encode() + message
    sock.sendall(struct.pack(">I", len(body)) + body)


def exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def receive(sock):
    """Type and message of the next packet, an event's without its name."""
    body = exactly(sock, struct.unpack(">I", exactly(sock, 4))[0])
    return body[0], body[2 + body[1]:] if body[0] == 7 else body[1:]


def encode(pairs):
    message = b""
    for key, value in pairs:
        message += bytes([3, len(key)]) + key.encode()
        message += struct.pack(">H", len(value)) + value.encode()
    return message


def show(message):
    """Print keys and values; items of a list as more values of its key."""
    pos, key = 0, ""
    while pos < len(message):
        element = message[pos]
        pos += 1
        if element in (1, 3, 4):
            end = pos + 1 + message[pos]
            key, pos = message[pos + 1:end].decode(), end
        if element in (3, 5):
            end = pos + 2 + struct.unpack(">H", message[pos:pos + 2])[0]
            value, pos = message[pos + 2:end].decode(), end
            print(value if key == "text" and "\n" in value else f"{key}={value}")
    print(flush=True)


def call(path, command, pairs):
    sock = connect(path)
    if command in STREAMS:
        send(sock, 3, STREAMS[command])
        assert receive(sock)[0] == 5
    send(sock, 0, command, encode(pairs))
    kind = 7
    while kind == 7:
        kind, message = receive(sock)
        if kind == 2:
            sys.exit("unknown command")
        show(message)
    return 0


def watch(path, last):
    sock = connect(path)
    send(sock, 3, "scep-event")
    while True:
        kind, message = receive(sock)
        if kind == 7:
            show(message)
            if b"event" + struct.pack(">H", len(last)) + last.encode() in message:
                return 0


def abuse(path, ready):
    """100 clients: of those that stay, some never read, some stop in a packet."""
    clients = []
    for number in range(100):
        sock = connect(path)
        if number % 3 == 0:
            sock.sendall(b"\0\0\1\0\0\7ver")
        elif number % 3 == 1:
            send(sock, 3, "scep-event")
            for _ in range(200):
                try:
                    sock.setblocking(False)
                    send(sock, 0, "version")
                except OSError:
                    break
        clients.append(sock)
    with open(ready, "w", encoding="ascii") as out:
        out.write("ready\n")
    time.sleep(60)
    return 0


def main(path, command, *arguments):
    if command == "--watch":
        return watch(path, arguments[0])
    if command == "--abuse":
        return abuse(path, arguments[0])
    return call(path, command, [pair.split("=", 1) for pair in arguments])


sys.exit(main(*sys.argv[1:]))
