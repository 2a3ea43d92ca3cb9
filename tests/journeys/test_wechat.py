"""WeChat's scanner on the first page, in a browser that says it is WeChat's."""

import dataclasses

import pytest

from rewards.core import clock
from rewards.core.settings import WechatAccount
from rewards.web import wechat
from tests.engines.wechat import APP_ID, SECRET, run_wechat, sign
from tests.factories.sign_ins import add_sign_in
from tests.factories.world import build_participant, build_station

INSIDE = (
    "Mozilla/5.0 (Linux; Android 10; K) Chrome/86.0 Mobile MicroMessenger/8.0.49 Language/zh_CN"
)
# What WeChat puts into its pages: the library asks it, and hears that all is well.
BRIDGE = """
window.asked = [];
window.WeixinJSBridge = {
  invoke(name, args, tell) {
    window.asked.push([name, args]);
    if (tell) tell({ err_msg: name + ":ok" });
  },
  on() {},
};
"""


@pytest.fixture
def fake(app):
    with run_wechat() as (fake, address):
        account = WechatAccount(app_id=APP_ID, secret=SECRET, api_url=address)
        settings = app.extensions["settings"]
        app.extensions["settings"] = dataclasses.replace(settings, wechat=account)
        wechat.connect(app)
        yield fake


@pytest.fixture
def phone(browser, address, app, fake):
    now = clock.now()
    me = build_participant(build_station(), phone="13800001234", now=now)
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="zh-CN", user_agent=INSIDE
    )
    add_sign_in(context, address, me, now)
    yield context.new_page()
    context.close()


def test_the_button_opens_the_scanner_of_wechat(phone, address, fake):
    phone.add_init_script(BRIDGE)
    phone.goto(address)

    phone.click("text=扫一扫签到")

    asked = dict(phone.evaluate("window.asked"))
    key = asked["preVerifyJSAPI"]
    assert key["verifySignature"] == sign(
        f"ticket-by-{fake.token}", key["verifyNonceStr"], key["verifyTimestamp"], f"{address}/"
    )
    assert asked["scanQRCode"]["needResult"] == 0


def test_where_wechat_gives_no_key_there_is_no_button_and_nothing_else_is_missing(
    phone, address, fake
):
    fake.garble = ""
    phone.add_init_script(BRIDGE)
    with phone.expect_response("**/wechat/scan.json*") as answer:
        phone.goto(address)

    assert answer.value.status == 503
    assert not phone.is_visible("text=扫一扫签到")
    assert phone.is_visible("text=我的卡")
