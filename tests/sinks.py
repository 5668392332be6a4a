"""Servers that take what is sent to them and keep it, on 127.0.0.1: a webhook and a mail server."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


@contextmanager
def webhook(status: int = 200, first: int | None = None) -> Iterator[tuple[str, list[dict]]]:
    """Address, and the messages posted to it; answers `first` to the first one, then `status`."""
    taken: list[dict] = []
    answers = [] if first is None else [first]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop() if answers else status)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    with _served(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/hook", taken


@contextmanager
def mail(offers: tuple[str, ...] = (), certificate: Path | None = None) -> Iterator[tuple[str, list[str]]]:
    """host:port, and the messages delivered there, each as it came over the wire, after `TLS` where it was encrypted.

    `certificate`: key and certificate of localhost; with it the server offers STARTTLS, and logs in whoever asks.
    """
    taken: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 sink")
            secure = ""
            while line := self.rfile.readline().decode().strip():
                word = line.upper().split()[0]
                if word == "EHLO":
                    features = ["sink", *offers, *(["AUTH PLAIN"] if secure else ["STARTTLS"] if certificate else [])]
                    for number, feature in enumerate(features, start=1):
                        self.say(f"250{' ' if number == len(features) else '-'}{feature}")
                elif word == "STARTTLS":
                    self.say("220 go on")
                    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                    context.load_cert_chain(certificate)
                    self.request = context.wrap_socket(self.request, server_side=True)
                    self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
                    secure = "TLS"
                elif word == "AUTH" and secure:
                    taken.append(f"{secure} {line}")
                    self.say("235 welcome")
                elif word == "DATA":
                    self.say("354 go on")
                    text = b""
                    while not text.endswith(b"\r\n.\r\n"):
                        text += self.rfile.readline()
                    taken.append(f"{secure} {text.decode()}".strip())
                    self.say("250 kept")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok" if word in ("MAIL", "RCPT", "RSET", "NOOP") else "502 not here")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"127.0.0.1:{port}", taken


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
