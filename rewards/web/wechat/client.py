"""The four calls to WeChat: where to sign in, who that was, and two keys for its scanner.

Every call has a time limit, follows no redirects and trusts nothing of the answer. What
WeChat refuses is told to the operator by its number; secrets and tokens are never logged.
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
import structlog

from rewards.core.settings import WechatAccount

from .errors import WechatCodeRefusedError, WechatUnavailableError
from .kept import Kept

SECONDS_MAX = (2.0, 4.0)
OPENID_LENGTH_MAX = 128
# Not known, used before, missing, run out: the person may simply try again.
CODE_ERRORS = frozenset({40029, 40163, 41008, 42003})
# The token that the scanner's key is asked for with was taken back meanwhile.
TOKEN_ERRORS = frozenset({40001, 40014, 42001})
NONCE_BYTES = 12

log = structlog.get_logger(__name__)
# Its remarks for developers hold the address of each call, and so the secret.
logging.getLogger("urllib3").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSignature:
    """What lets WeChat's scanner be used on one page."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class Wechat:
    """An official account of the deployment, as this process talks to it.

    The token comes from `stable_token`, which gives every process the same one: with the
    older call each process would take the token of the others away.
    """

    def __init__(
        self, account: WechatAccount, *, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._account = account
        self._token = Kept(self._fetch_token, tick=tick)
        self._ticket = Kept(self._fetch_ticket, tick=tick)

    @property
    def app_id(self) -> str:
        """The number of the official account."""
        return self._account.app_id

    def build_sign_in_address(self, *, callback: str, state: str) -> str:
        """Return where WeChat asks itself who this is, and leads back from with a code."""
        query = urlencode(
            {
                "appid": self._account.app_id,
                "redirect_uri": callback,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            }
        )
        return f"{self._account.open_url}/connect/oauth2/authorize?{query}#wechat_redirect"

    def exchange_code(self, code: str) -> str:
        """Return the number by which WeChat knows who came back with *code*.

        :raises WechatCodeRefusedError: if the code was used before or has run out.
        :raises WechatUnavailableError: if WeChat does not answer, or not sensibly.
        """
        found = self._call(
            "GET",
            "/sns/oauth2/access_token",
            params={
                "appid": self._account.app_id,
                "secret": self._account.secret,
                "code": code,
                "grant_type": "authorization_code",
            },
        )
        if _error_of(found) in CODE_ERRORS or found.get("is_snapshotuser"):
            raise WechatCodeRefusedError
        openid = _text(found, "openid")
        if len(openid) > OPENID_LENGTH_MAX:
            raise WechatUnavailableError
        return openid

    def sign_page(self, address: str, *, timestamp: int) -> PageSignature:
        """Return the signature by which the page at *address* may use the scanner.

        :raises WechatUnavailableError: if WeChat gives no key for it.
        """
        nonce = secrets.token_hex(NONCE_BYTES)
        signed = "&".join(
            (
                f"jsapi_ticket={self._ticket.get()}",
                f"noncestr={nonce}",
                f"timestamp={timestamp}",
                f"url={address.partition('#')[0]}",
            )
        )
        return PageSignature(
            app_id=self._account.app_id,
            timestamp=timestamp,
            nonce=nonce,
            # WeChat prescribes SHA-1.
            signature=hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest(),
        )

    def _fetch_token(self) -> tuple[str, int]:
        found = self._call(
            "POST",
            "/cgi-bin/stable_token",
            json={
                "grant_type": "client_credential",
                "appid": self._account.app_id,
                "secret": self._account.secret,
            },
        )
        return _text(found, "access_token"), _seconds(found)

    def _fetch_ticket(self) -> tuple[str, int]:
        token = self._token.get()
        found = self._ask_ticket(token)
        if _error_of(found) in TOKEN_ERRORS:
            self._token.drop(token)
            found = self._ask_ticket(self._token.get())
        return _text(found, "ticket"), _seconds(found)

    def _ask_ticket(self, token: str) -> dict[str, Any]:
        params = {"access_token": token, "type": "jsapi"}
        return self._call("GET", "/cgi-bin/ticket/getticket", params=params)

    def _call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        try:
            answer = requests.request(
                method,
                self._account.api_url + path,
                timeout=SECONDS_MAX,
                allow_redirects=False,
                **sent,
            )
            found = answer.json()
        except requests.RequestException as error:
            # The address of the call holds the secret: only what kind of failure it was is told.
            log.warning("wechat.unavailable", call=path, reason=type(error).__name__)
            raise WechatUnavailableError from None
        if not isinstance(found, dict):
            log.warning("wechat.unavailable", call=path, reason="no object")
            raise WechatUnavailableError
        if _error_of(found):
            log.warning("wechat.refused", call=path, errcode=_error_of(found))
        return found


def _error_of(found: dict[str, Any]) -> int:
    code = found.get("errcode", 0)
    return code if isinstance(code, int) else -1


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if _error_of(found) or not isinstance(value, str) or not value:
        raise WechatUnavailableError
    return value


def _seconds(found: dict[str, Any]) -> int:
    value = found.get("expires_in")
    return value if isinstance(value, int) else 0
