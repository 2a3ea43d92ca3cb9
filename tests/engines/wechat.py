"""A small WeChat: its four calls, with the faults that the real one has."""

import hashlib
import json
import threading
import time
from contextlib import contextmanager
from itertools import count
from urllib.parse import parse_qs, urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

APP_ID = "wx0123456789abcdef"
SECRET = "secret-of-the-official-account"
LIFE_SECONDS = 7200


class FakeWechat:
    """What it was asked is in `calls`; `hang`, `garble` and `answer_with` break it."""

    def __init__(self):
        self.calls = []
        self.hang = 0.0
        self.garble = None
        self.answers = {}
        self.life = LIFE_SECONDS
        self.token = ""
        self._codes = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def visit(self, address, openid):
        """Go where a phone is sent; return where WeChat sends it back to, with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert urlsplit(address).fragment == "wechat_redirect"
        assert (asked["appid"], asked["scope"], asked["response_type"]) == (
            APP_ID,
            "snsapi_base",
            "code",
        )
        code = f"code{next(self._numbers)}"
        self._codes[code] = openid
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def take_token_back(self):
        """Have the token count no more, as when somebody asks for a new one by hand."""
        self.token = ""

    @Request.application
    def serve(self, request):
        with self._lock:
            self.calls.append(request.path)
        if self.hang:
            time.sleep(self.hang)
        if self.garble is not None:
            return Response(self.garble)
        answer = self.answers.get(request.path) or self._answer(request)
        return Response(json.dumps(answer), mimetype="text/plain")

    def _answer(self, request):
        if request.path == "/sns/oauth2/access_token":
            return self._tell_openid(request.args)
        if request.path == "/cgi-bin/stable_token":
            return self._give_token(request.get_json())
        if request.path == "/cgi-bin/ticket/getticket":
            return self._give_ticket(request.args)
        return {"errcode": 404, "errmsg": "no such call"}

    def _tell_openid(self, asked):
        if asked["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        # A code counts once.
        openid = self._codes.pop(asked["code"], None)
        if openid is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        return {"access_token": "of-the-person", "expires_in": 7200, "openid": openid}

    def _give_token(self, asked):
        if (asked["appid"], asked["secret"]) != (APP_ID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        self.token = self.token or f"token{next(self._numbers)}"
        return {"access_token": self.token, "expires_in": self.life}

    def _give_ticket(self, asked):
        if not self.token or asked["access_token"] != self.token:
            return {"errcode": 40001, "errmsg": "access_token is invalid or not latest"}
        return {
            "errcode": 0,
            "errmsg": "ok",
            "ticket": f"ticket-by-{self.token}",
            "expires_in": self.life,
        }


def sign(ticket, nonce, timestamp, url):
    """Return the signature as WeChat's manual has it."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()


class _Quiet(WSGIRequestHandler):
    """Logs nothing: only what the service itself tells is looked at."""

    def log_request(self, code="-", size="-"):
        pass


@contextmanager
def run_wechat():
    """Serve a WeChat of our own; give it and its address."""
    fake = FakeWechat()
    server = make_server("127.0.0.1", 0, fake.serve, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
