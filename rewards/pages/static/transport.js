/*
 * How a screen hears of changes: by a stream, and where that is not to be had,
 * by asking every ten to fifteen seconds. It draws nothing. Chromium 78: no ?.
 * and no ??, no modules.
 */
(function () {
  'use strict';

  var POLL_MS = [10000, 15000];
  var SILENCE_MS = 40000;
  var AGAIN_MS = [60000, 180000];

  function between(span) { return span[0] + Math.random() * (span[1] - span[0]); }

  window.connectScreen = function (wall, on) {
    var heardAt = 0;
    var source = null;

    function ask() {
      return fetch(wall.dataset.json, {
        headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-cache'
      }).then(function (answer) {
        if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
          on.gone();
          return null;
        }
        if (!answer.ok) { throw new Error(String(answer.status)); }
        on.clock(Date.parse(answer.headers.get('Date')) / 1000);
        return answer.json();
      }).then(function (data) {
        if (data === null) { return; }
        on.online(true);
        on.screen(data);
        data.slides.forEach(on.slide);
      }).catch(function () {
        on.online(false);
      });
    }

    function poll() {
      if (Date.now() - heardAt > SILENCE_MS) { ask(); }
      setTimeout(poll, between(POLL_MS));
    }

    function hear(name, act) {
      source.addEventListener(name, function (event) {
        heardAt = Date.now();
        on.online(true);
        act(JSON.parse(event.data));
      });
    }

    function listen() {
      if (!window.EventSource || !wall.dataset.stream) { return; }
      source = new EventSource(wall.dataset.stream, { withCredentials: true });
      hear('screen', function (data) { on.clock(data.now); on.screen(data); });
      hear('slide', on.slide);
      hear('beat', function (data) { on.clock(data.now); });
      hear('gone', on.gone);
      source.onerror = function () {
        heardAt = 0;
        /* Full or gone: the browser has given up, so we come back later. */
        if (source.readyState === 2) { setTimeout(listen, between(AGAIN_MS)); }
      };
    }

    listen();
    setTimeout(poll, between(POLL_MS));
    return { ask: ask };
  };
}());
