"""How a screen stays in touch, in a real browser whose clock and line the test holds."""

import itertools

import pytest

from rewards.pages import assets

ORIGIN = "http://screen.test"
PAGE = (
    '<!doctype html><main data-json="/data.json" data-stream="/stream"'
    ' data-paired="/paired"></main>'
    '<script src="/transport.js"></script><script>begin()</script>'
)
# A line that does what the test says, and a log of what the screen did.
FAKES = """
window.log = {streams: [], asked: [], paired: [], slides: 0, gone: 0, online: null, build: ''};
window.answer = {status: 200, headers: {}};
window.EventSource = class extends EventTarget {
  constructor(address, options) {
    super();
    this.readyState = 0;
    this.address = address;
    this.withCredentials = options.withCredentials;
    log.streams.push({at: Date.now(), source: this});
  }
  close() { this.readyState = 2; this.isClosed = true; }
};
window.isPaired = true;
window.fetch = (address, options) => {
  if (address === '/paired') {
    log.paired.push(Date.now());
    return Promise.resolve(new Response(null, {status: isPaired ? 204 : 401}));
  }
  log.asked.push(Date.now());
  if (answer.status === 0) { return Promise.reject(new Error('offline')); }
  if (answer.hangs) {
    return new Promise((_, refuse) =>
      options.signal.addEventListener('abort', () => refuse(new Error('aborted'))));
  }
  const data = {now: 1, build: 'polled', version: 1, slides: [{key: 'a'}]};
  const body = answer.body || JSON.stringify(data);
  return Promise.resolve(new Response(body, {status: answer.status, headers: answer.headers}));
};
window.send = (name, data) => {
  const source = log.streams[log.streams.length - 1].source;
  source.readyState = 1;
  source.dispatchEvent(new MessageEvent(name, {data: JSON.stringify(data || {})}));
};
window.fail = (state) => {
  const source = log.streams[log.streams.length - 1].source;
  source.readyState = state;
  source.onerror();
};
window.begin = () => connectScreen(document.querySelector('main'), {
  clock() {}, online(is) { log.online = is; }, slide() { log.slides += 1; },
  screen(data) { log.build = data.build; }, gone() { log.gone += 1; }
});
"""
REFUSED = """{status: 401, body: '{"code": "screen-not-paired"}', headers: {}}"""


@pytest.fixture
def screen(browser):
    page = browser.new_page()
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.route(
        f"{ORIGIN}/transport.js",
        lambda route: route.fulfill(path=assets.STATIC / "transport.js"),
    )
    page.clock.install(time="2100-01-01T00:00:00")
    page.add_init_script(FAKES)
    page.goto(ORIGIN)
    page.clock.pause_at("2100-01-01T00:00:05")
    yield page
    page.close()


def seconds(page, count):
    """Let so many seconds pass."""
    for _ in range(count):
        page.clock.run_for(1000)


def spans_of(page, what):
    moments = page.evaluate(f"log.{what}")
    return [(b - a) / 1000 for a, b in itertools.pairwise(moments)]


def test_a_screen_that_hears_its_stream_asks_for_nothing(screen):
    asked = screen.evaluate("log.asked.length")
    for _ in range(6):
        screen.evaluate("send('beat', {now: 5, build: 'streamed', version: 1})")
        seconds(screen, 10)

    assert screen.evaluate("log.asked.length") == asked
    assert screen.evaluate("log.build") == "streamed"
    assert screen.evaluate("log.online") is True
    assert screen.evaluate("log.streams[0].source.withCredentials") is True


def test_a_line_that_died_without_a_word_is_opened_anew_and_asked_for_meanwhile(screen):
    screen.evaluate("send('slide', {})")
    seconds(screen, 60)

    assert screen.evaluate("log.streams.length") >= 2
    assert screen.evaluate("log.streams[0].source.isClosed") is True
    assert screen.evaluate("log.asked.length") >= 2
    assert screen.evaluate("log.slides") >= 3


def test_without_a_stream_the_screen_asks_every_ten_to_fifteen_seconds(screen):
    screen.evaluate("fail(0)")
    screen.evaluate("log.asked.length = 0")
    seconds(screen, 120)

    spans = spans_of(screen, "asked")
    assert len(spans) >= 6
    assert 9 <= min(spans) < max(spans) <= 16


def test_a_full_server_is_tried_ever_more_rarely_and_never_at_the_same_moment(screen):
    for _ in range(250):
        screen.evaluate("log.streams[log.streams.length - 1].source.isClosed || fail(2)")
        screen.clock.run_for(3000)

    opened = screen.evaluate("log.streams.map(function (each) { return each.at / 1000; })")
    spans = [b - a for a, b in itertools.pairwise(opened)]
    assert spans[0] < 25
    assert max(spans) > 80
    assert max(spans) <= 245
    assert len({round(span) for span in spans}) > len(spans) / 2
    assert screen.evaluate("log.gone") == 0


def test_a_stream_that_came_back_is_tried_again_as_soon_as_at_first(screen):
    for _ in range(100):
        screen.evaluate("log.streams[log.streams.length - 1].source.isClosed || fail(2)")
        screen.clock.run_for(2000)
    while screen.evaluate("log.streams[log.streams.length - 1].source.isClosed"):
        seconds(screen, 5)
    screen.evaluate("send('beat')")
    count = screen.evaluate("log.streams.length")
    screen.evaluate("fail(2)")
    seconds(screen, 22)

    assert screen.evaluate("log.streams.length") == count + 1


def test_a_server_that_says_when_to_come_back_is_left_alone_until_then(screen):
    screen.evaluate("answer = {status: 503, headers: {'Retry-After': '90'}}")
    seconds(screen, 20)
    screen.evaluate("fail(0)")
    screen.evaluate("log.asked.length = 0")
    seconds(screen, 300)

    assert all(span >= 100 for span in spans_of(screen, "asked"))
    assert screen.evaluate("log.asked.length") >= 1
    assert screen.evaluate("log.online") is False


def test_an_answer_that_never_comes_is_given_up(screen):
    screen.evaluate("answer = {hangs: true}")
    seconds(screen, 120)

    assert screen.evaluate("log.asked.length") >= 2
    assert screen.evaluate("log.online") is False


@pytest.mark.parametrize("how", ["send('gone')", f"answer = {REFUSED}; fail(2)"])
def test_a_screen_that_was_disconnected_leaves_once_and_for_good(screen, how):
    screen.evaluate(how)
    seconds(screen, 60)
    streams, asked = screen.evaluate("[log.streams.length, log.asked.length]")
    seconds(screen, 120)

    assert screen.evaluate("log.gone") == 1
    assert screen.evaluate("[log.streams.length, log.asked.length]") == [streams, asked]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_no_that_is_not_our_own_word_leaves_the_picture_as_it_is(screen, status):
    screen.evaluate(f"answer = {{status: {status}, body: 'sign in first', headers: {{}}}}; fail(2)")
    seconds(screen, 60)

    assert screen.evaluate("log.gone") == 0
    assert screen.evaluate("log.online") is False


def test_a_screen_without_a_stream_that_was_disconnected_leaves_within_five_seconds(screen):
    screen.evaluate("fail(0)")
    seconds(screen, 60)
    screen.evaluate(f"isPaired = false; answer = {REFUSED}")
    seconds(screen, 5)
    assert screen.evaluate("log.gone") == 1


def test_a_screen_that_hears_its_stream_does_not_ask_whether_it_is_paired(screen):
    screen.evaluate("send('beat')")
    count = screen.evaluate("log.paired.length")
    seconds(screen, 20)
    assert screen.evaluate("log.paired.length") == count


def test_a_network_that_comes_back_is_noticed(screen):
    screen.evaluate("answer = {status: 0}; fail(0)")
    seconds(screen, 90)
    assert screen.evaluate("log.online") is False
    screen.evaluate("answer = {status: 200, headers: {}}")
    seconds(screen, 130)

    assert screen.evaluate("log.online") is True
    assert screen.evaluate("log.slides") >= 1
