"""A receiver of webhooks on loopback, that checks signatures by itself and can be made to fail."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message as it came, and over which connection."""

    id: str
    timestamp: int
    signatures: str
    body: str
    path: str
    connection: tuple[str, int]
    headers: dict[str, str]

    @property
    def told(self):
        return json.loads(self.body)


@dataclass
class Receiver:
    """What came is in `received`. Answers are taken from `answers` first, then `answer`.

    An answer is a status, or a function that gets the handler and answers by itself.
    """

    url: str = ""
    answer: object = 204
    answers: list = field(default_factory=list)
    received: list = field(default_factory=list)
    on_message: object = None

    def ids(self):
        return [each.id for each in self.received]


def is_signed(message, secret):
    """Tell whether a message carries a signature by *secret*, as Standard Webhooks says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message.id}.{message.timestamp}.{message.body}".encode()
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in message.signatures.split(" ")


def redirect_to(location):
    def answer(handler):
        handler.send_response(302)
        handler.send_header("Location", location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def ask_to_wait(seconds):
    def answer(handler):
        handler.send_response(503)
        handler.send_header("Retry-After", str(seconds))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def drip(handler):
    """Send a header a tenth of a second, for ever."""
    try:
        handler.connection.sendall(b"HTTP/1.1 204 No Content\r\n")
        for number in range(600):
            handler.connection.sendall(f"X-{number}: slow\r\n".encode())
            time.sleep(0.1)
    except OSError:
        pass


@contextmanager
def run_receiver(tls=None):
    """Serve a receiver; give it with its address. *tls* is the context of a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            message = Received(
                id=self.headers["webhook-id"],
                timestamp=int(self.headers["webhook-timestamp"]),
                signatures=self.headers["webhook-signature"],
                body=body,
                path=self.path,
                connection=self.client_address,
                headers=dict(self.headers),
            )
            receiver.received.append(message)
            if receiver.on_message is not None:
                receiver.on_message(message)
            answer = receiver.answers.pop(0) if receiver.answers else receiver.answer
            if callable(answer):
                answer(self)
                self.close_connection = True
                return
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
