#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers scepctl as the plugin does, or as no daemon should.

usage: fake_charon.py DIR

Listens at DIR/NAME for each name of a behaviour below. Writes to DIR/log a line
of JSON for each command. Speaks the VICI wire protocol."""

import json
import pathlib
import socket
import socketserver
import struct
import sys
import threading
import time

REQUEST, RESPONSE, UNKNOWN, REGISTER, UNREGISTER, CONFIRM, EVENT_UNKNOWN, \
    EVENT = range(8)
EVENTS = ("profile", "metrics", "scep-event")
PIN = "3f9a12bc5e770a1b00112233445566778899aabbccddeeffdeadbeefcafe0123"
DIR = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
HOSTILE = b"\x1b]0;owned\x07\x1b[31mred\r\nfake line\x00\xff\xe2\x80\xae" \
    b"\xc3\xa4\"\\,"


def when(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def element(kind, name=None, value=None):
    data = bytes([kind])
    if name is not None:
        data += bytes([len(name)]) + name.encode()
    if value is not None:
        value = value if isinstance(value, bytes) else str(value).encode()
        data += struct.pack("!H", len(value)) + value
    return data


def encode(message):
    data = b""
    for key, value in message.items():
        if isinstance(value, list):
            data += element(4, key)
            data += b"".join(element(5, value=item) for item in value)
            data += element(6)
        elif isinstance(value, dict):
            data += element(1, key) + encode(value) + element(2)
        else:
            data += element(3, key, value)
    return data


def decode(data):
    message = {}
    while data:
        end = 2 + data[1]
        size, = struct.unpack("!H", data[end:end + 2])
        message[data[2:end].decode()] = data[end + 2:end + 2 + size].decode()
        data = data[end + 2 + size:]
    return message


def profiles():
    return {
        "gw": {
            "name": "gw", "state": "idle", "certificate": "valid",
            "subject": "C=DE, O=Example, CN=gw.example.org", "serial": "01",
            "issuer": "C=DE, O=Example, CN=CA", "not_before": when(-86400),
            "not_after": when(86400 * 12 + 60), "renew_at": when(7260),
            "next_action": "renew", "next_at": when(7260), "attempts": "0",
            "ca_fingerprint": "sha256:" + PIN, "generation": "1",
            "urls": ["http://ca.example.org/scep"], "sans": ["gw.example.org"],
            "ca_state": "pinned", "ca_subject": "C=DE, O=Example, CN=CA",
            "ca_not_after": when(86400 * 800), "challenge": "none",
            "a-section": {"inside": "x"}, "unknown": "y",
        },
        "lab": {
            "name": "lab", "state": "confirm-ca", "certificate": "none",
            "last_error": "CA is not confirmed", "ca_state": "unconfirmed",
            "unconfirmed_fingerprint": "sha256:" + PIN, "attempts": "1",
            "unconfirmed_certificates": [
                f'sha256:{PIN} ca: subject="CN=\\x22CA\\x22"',
                f'sha256:{PIN[::-1]} ra: subject="CN=RA"'],
            "challenge": "none", "next_action": "retry", "next_at": when(125),
        },
        "bad": {"name": "bad", "state": "failed", "certificate": "expired",
                "not_after": when(-86400 * 3 - 60), "attempts": "7",
                "last_error": "challenge was refused", "challenge": "set"},
        "stuck": {"name": "stuck", "state": "waiting", "certificate": "none",
                  "attempts": "2", "next_action": "poll", "next_at": when(40)},
    }


PROFILES = profiles()


class Client(socketserver.BaseRequestHandler):
    """A good daemon; others differ in what they say."""

    def setup(self):
        self.events = set()
        self.name = None

    def send(self, data):
        self.request.sendall(struct.pack("!I", len(data)) + data)

    def receive(self, size):
        data = b""
        while len(data) < size:
            more = self.request.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def event(self, name, message):
        if name in self.events:
            self.send(bytes([EVENT, len(name)]) + name.encode() +
                      encode(message))

    def reply(self, message):
        self.send(bytes([RESPONSE]) + encode(message))

    def handle(self):
        try:
            while True:
                size, = struct.unpack("!I", self.receive(4))
                data = self.receive(size)
                name = data[2:2 + data[1]].decode()
                self.packet(data[0], name, data[2 + data[1]:])
        except (EOFError, OSError):
            pass

    def packet(self, kind, name, data):
        if kind in (REGISTER, UNREGISTER):
            if name not in EVENTS:
                self.send(bytes([EVENT_UNKNOWN]))
                return
            self.events.discard(name)
            if kind == REGISTER:
                self.events.add(name)
            self.send(bytes([CONFIRM]))
        elif kind == REQUEST:
            message = decode(data)
            with LOCK, open(DIR / "log", "a", encoding="utf-8") as log:
                log.write(json.dumps([name, message]) + "\n")
            command = getattr(self, "do_" + name.replace("-", "_"), None)
            if command:
                command(message)
            else:
                self.send(bytes([UNKNOWN]))

    def do_version(self, _):
        self.reply({"plugin": "strongswan-scep", "version": "0.1.0",
                    "strongswan": "5.9.8", "started": when(0)})

    def do_list_profiles(self, message):
        name = message.get("name")
        if name and name not in PROFILES:
            self.reply({"success": "no", "errmsg": f"no profile '{name}'"})
            return
        for profile in [PROFILES[name]] if name else PROFILES.values():
            self.event("profile", profile)
        self.reply({})

    def refuse(self, text):
        self.reply({"success": "no", "errmsg": text})

    def tell(self, name, event, text):
        self.event("scep-event", {"time": when(0), "profile": name,
                                  "event": event, "level": "1", "text": text})

    def do_enroll(self, message):
        self.do_renew(message)

    def do_renew(self, message):
        name = message.get("name")
        if name not in PROFILES:
            self.refuse(f"no profile '{name}'")
            return
        self.reply({"success": "yes"})
        self.tell("other", "issued", "not of interest")
        self.tell(name, "requested", "transaction=01")
        if name == "gw":
            serial = int(PROFILES["gw"]["serial"]) + 1
            PROFILES["gw"]["serial"] = f"{serial:02}"
            self.tell(name, "renewed", f"generation={serial}")
        elif name == "bad":
            self.tell(name, "gave-up", "refused")

    def do_cancel(self, message):
        self.reply({"success": "yes"})

    do_set_challenge = do_cancel
    do_import = do_cancel

    def do_accept_ca(self, message):
        if message.get("fingerprint") == "sha256:" + PIN:
            self.reply({"success": "yes"})
        else:
            self.refuse("the CA has another fingerprint")

    def do_metrics(self, _):
        self.event("metrics", {"text": "# TYPE a gauge\na 1\n"})
        self.event("metrics", {"text": "b{profile=\"gw\"} 2\n"})
        self.reply({})


class Empty(Client):
    """Has no profiles."""

    def do_list_profiles(self, message):
        self.reply({})


class Hostile(Client):
    """Says what a terminal must not get."""

    def do_list_profiles(self, message):
        self.event("profile", {
            key: HOSTILE if key != "sans" else [HOSTILE, HOSTILE]
            for key in ("name", "state", "certificate", "subject", "sans",
                        "last_error", "next_action", "not_after", "ca_state",
                        "ca_fingerprint", "unconfirmed_fingerprint", "issuer",
                        "ca_subject", "attempts")})
        self.reply({})

    def do_renew(self, message):
        self.refuse("")

    def do_cancel(self, message):
        self.reply({"success": "no", "errmsg": HOSTILE})

    def do_metrics(self, _):
        self.event("metrics", {"text": HOSTILE})
        self.reply({})

    def do_version(self, _):
        self.reply({"version": HOSTILE})
        for _ in range(3):
            self.event("scep-event", {"time": HOSTILE, "profile": HOSTILE,
                                      "event": HOSTILE, "text": HOSTILE})


class Bare(Client):
    """Leaves everything out."""

    def do_list_profiles(self, message):
        self.event("profile", {})
        self.reply({})

    def do_renew(self, message):
        self.reply({})


class Many(Client):
    """Has thousands of profiles."""

    def do_list_profiles(self, message):
        for number in range(5000):
            self.event("profile", {"name": f"p{number:04}", "state": "idle",
                                   "certificate": "valid",
                                   "subject": "CN=x" * 50})
        self.reply({})


class Garbage(Client):
    """Speaks something else."""

    def handle(self):
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)
        # closed with something unread it would be reset
        while self.request.recv(4096):
            pass


class Malformed(Client):
    """Its messages end too early."""

    def do_list_profiles(self, message):
        name = b"profile"
        self.send(bytes([EVENT, len(name)]) + name + b"\x03\x04name\xff\xffgw")
        self.reply({})

    def do_cancel(self, message):
        self.send(bytes([RESPONSE]) + b"\x01\x07section")


class Dies(Client):
    """Goes away in the middle of an answer."""

    def do_list_profiles(self, message):
        for profile in PROFILES.values():
            self.event("profile", profile)
        self.request.sendall(struct.pack("!I", 1000) + bytes([EVENT]))
        self.request.shutdown(socket.SHUT_RDWR)
        raise EOFError

    def do_cancel(self, message):
        self.request.shutdown(socket.SHUT_RDWR)
        raise EOFError

    do_version = do_cancel


class Silent(Client):
    """Never answers."""

    def packet(self, kind, name, data):
        pass


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def main():
    servers = []
    for handler in (Client, Empty, Hostile, Bare, Many, Garbage, Malformed, Dies,
                    Silent):
        path = DIR / handler.__name__.lower()
        servers.append(Server(str(path), handler))
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (DIR / "ready").touch()
    threading.Event().wait()


main()
