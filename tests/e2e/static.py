#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers SCEP operations with files: static.py PORT DIRECTORY.

DIRECTORY/OPERATION is the body, DIRECTORY/OPERATION.status the HTTP status if it
is not 200; both may change at any time. An operation without a file is 404.
"""

import http.server
import pathlib
import sys
import urllib.parse

DIRECTORY = pathlib.Path(sys.argv[2])


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET and POST alike."""

    def do_GET(self):
        """Send the operation's file."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        file = DIRECTORY / pathlib.Path(query.get("operation", [""])[0]).name
        status, body = 404, b""
        if file.is_file():
            status, body = 200, file.read_bytes()
            code = file.with_name(file.name + ".status")
            if code.is_file():
                status = int(code.read_text())
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
