/*
 * How a screen hears of changes: by a stream, and while that is silent, by
 * asking every ten to fifteen seconds. It draws nothing and keeps nothing.
 * Whatever fails is tried again, ever more rarely and never at the same moment
 * as the other screens do. Chromium 78: no ?. and no ??, no modules.
 */
(function () {
  'use strict';

  var POLL_MS = [10000, 15000];
  var POLL_MOST_MS = 120000;
  var ANSWER_MS = 15000;
  /* The server beats every ten seconds. */
  var SILENCE_MS = 25000;
  var LOOK_MS = 5000;
  /* Without a stream, a screen that staff disconnected is to be dark just as soon. */
  var PAIRED_MS = 3000;
  /* A stream that the browser gave up: the server is full, or restarts behind a proxy. */
  var AGAIN_MS = [5000, 20000];
  var AGAIN_MOST_MS = 240000;

  function between(span, times, most) {
    var spread = span[0] + Math.random() * (span[1] - span[0]);
    return Math.min(spread * times, most * (0.75 + Math.random() / 4));
  }

  window.connectScreen = function (wall, on) {
    var source = null;
    var openedAt = 0;
    var heardAt = 0;
    var refused = 0;
    var unanswered = 0;
    var isGone = false;

    function hears() { return heardAt > 0 && Date.now() - heardAt < SILENCE_MS; }

    function leave() {
      if (isGone) { return; }
      isGone = true;
      if (source) { source.close(); }
      on.gone();
    }

    /* ── Asking ───────────────────────────────────────────────────── */

    /* Only our own word counts: a proxy, a hotel's sign-in page or an upgrade say no as well. */
    function refuses(answer) {
      if (answer.status !== 401) { return Promise.resolve(false); }
      return answer.json().then(function (problem) {
        return problem.code === 'screen-not-paired';
      }).catch(function () { return false; });
    }

    function wait(answer) {
      var seconds = Number(answer.headers.get('Retry-After'));
      return seconds > 0 ? Math.min(seconds * 1000, POLL_MOST_MS) : 0;
    }

    function ask() {
      var stop = window.AbortController ? new AbortController() : null;
      var late = setTimeout(function () { if (stop) { stop.abort(); } }, ANSWER_MS);
      var later = 0;
      return fetch(wall.dataset.json, {
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        cache: 'no-cache',
        signal: stop ? stop.signal : undefined
      }).then(function (answer) {
        later = wait(answer);
        return refuses(answer).then(function (isRefused) {
          if (isRefused) { leave(); return null; }
          if (!answer.ok) { throw new Error(String(answer.status)); }
          on.clock(Date.parse(answer.headers.get('Date')) / 1000);
          return answer.json();
        });
      }).then(function (data) {
        unanswered = 0;
        if (data === null) { return; }
        on.online(true);
        on.screen(data);
        data.slides.forEach(on.slide);
      }).catch(function () {
        unanswered += 1;
        on.online(hears());
      }).then(function () {
        clearTimeout(late);
        return later;
      });
    }

    function poll() {
      if (isGone) { return; }
      (hears() ? Promise.resolve(0) : ask()).then(function (later) {
        var times = Math.pow(2, Math.min(unanswered, 4));
        setTimeout(poll, later + between(POLL_MS, times, POLL_MOST_MS));
      });
    }

    function askPaired() {
      if (isGone || hears()) { return; }
      fetch(wall.dataset.paired, {
        headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store'
      }).then(function (answer) { if (answer.status === 401) { ask(); } }).catch(function () {});
    }

    /* ── Listening ────────────────────────────────────────────────── */

    function hear(name, act) {
      source.addEventListener(name, function (event) {
        heardAt = Date.now();
        refused = 0;
        on.online(true);
        act(JSON.parse(event.data));
      });
    }

    function listen() {
      if (isGone) { return; }
      openedAt = Date.now();
      source = new EventSource(wall.dataset.stream, { withCredentials: true });
      hear('screen', function (data) { on.clock(data.now); on.screen(data); });
      hear('slide', on.slide);
      hear('beat', function (data) { on.clock(data.now); on.screen(data); });
      hear('gone', leave);
      source.onerror = function () {
        heardAt = 0;
        if (source.readyState === 2) { again(); }
      };
    }

    function again() {
      source.close();
      source = null;
      heardAt = 0;
      refused += 1;
      setTimeout(listen, between(AGAIN_MS, Math.pow(2, Math.min(refused - 1, 5)), AGAIN_MOST_MS));
    }

    /* A line that died without a word: the browser would wait for ever. */
    function look() {
      if (source && source.readyState === 1 && Date.now() - Math.max(heardAt, openedAt) > SILENCE_MS) {
        again();
      }
    }

    if (window.EventSource && wall.dataset.stream) {
      listen();
      setInterval(look, LOOK_MS);
    }
    setTimeout(poll, between(POLL_MS, 1, POLL_MOST_MS));
    if (wall.dataset.paired) { setInterval(askPaired, PAIRED_MS); }
    return { ask: ask };
  };
}());
