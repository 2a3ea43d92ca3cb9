/*
 * A board on a wall: renewed by a stream, and where that is not to be had, by
 * asking every ten to fifteen seconds. What is shown stays until there is
 * newer; when it is older than two minutes the screen says so.
 * Chromium 78: no ?. and no ??, no modules.
 */
(function () {
  'use strict';

  var wall = document.querySelector('[data-board]');
  if (!wall || !window.fetch) { return; }

  var STALE_S = 120;
  var POLL_MS = [10000, 15000];
  var SILENCE_MS = 40000;
  var AGAIN_MS = [60000, 180000];

  /* The server's time, moved on by ours: a TV box's own clock may be anything. */
  var base = Number(wall.dataset.now);
  var start = Date.now();
  var asOf = Number(wall.dataset.asOf);
  var staleText = wall.dataset.stale;
  var heardAt = 0;
  var isOffline = false;
  var isNewDay = false;
  var source = null;

  function between(span) { return span[0] + Math.random() * (span[1] - span[0]); }
  function now() { return base + (Date.now() - start) / 1000; }
  function sync(seconds) {
    if (seconds > 0) { base = seconds; start = Date.now(); }
  }
  function find(name) { return document.querySelector('[data-' + name + ']'); }
  function set(element, text) { if (element.textContent !== text) { element.textContent = text; } }

  function show(board) {
    /* Only now that the server was heard: a page that cannot be loaded shows nothing. */
    if (board.build !== wall.dataset.build || isNewDay) {
      window.location.reload();
      return;
    }
    Object.keys(board.parts).forEach(function (name) {
      var part = document.querySelector('[data-part="' + name + '"]');
      if (part && part.innerHTML !== board.parts[name]) { part.innerHTML = board.parts[name]; }
    });
    asOf = board.as_of;
    staleText = board.stale;
    set(find('title'), board.title);
    set(find('fresh'), board.fresh);
    isOffline = false;
    judge();
  }

  function judge() {
    var isOld = now() - asOf > STALE_S;
    find('fresh').hidden = isOld;
    find('old').hidden = !isOld;
    set(find('old-text'), staleText);
    find('rule').hidden = isOffline && isOld;
    find('offline').hidden = !(isOffline && isOld);
  }

  function ask() {
    if (Date.now() - heardAt > SILENCE_MS) {
      fetch(wall.dataset.json, {
        headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-cache'
      }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        sync(Date.parse(answer.headers.get('Date')) / 1000);
        return answer.json();
      }).then(show).catch(function () {
        isOffline = true;
        judge();
      });
    }
    setTimeout(ask, between(POLL_MS));
  }

  function listen() {
    if (!window.EventSource || !wall.dataset.stream) { return; }
    source = new EventSource(wall.dataset.stream);
    source.addEventListener('board', function (event) {
      heardAt = Date.now();
      show(JSON.parse(event.data));
    });
    source.addEventListener('beat', function (event) {
      heardAt = Date.now();
      sync(JSON.parse(event.data).now);
    });
    source.onerror = function () {
      heardAt = 0;
      /* Full or gone: the browser has given up, so we come back later. */
      if (source.readyState === 2) { setTimeout(listen, between(AGAIN_MS)); }
    };
  }

  /* The clock runs on, whatever the line does. */
  var clock = find('clock');
  var shown = /^(\d+):(\d+)$/.exec(clock.textContent.trim());
  var minute = base - base % 60;
  var zone = shown ? Number(shown[1]) * 3600 + Number(shown[2]) * 60 - minute % 86400 : 0;
  var today = Math.floor((base + zone) / 86400);
  setInterval(function () {
    var at = Math.floor(now() + zone);
    /* A new day has a new date; the server writes it. */
    isNewDay = Math.floor(at / 86400) !== today;
    at = at % 86400;
    var minutes = Math.floor(at / 60) % 60;
    set(clock, Math.floor(at / 3600) + ':' + (minutes < 10 ? '0' : '') + minutes);
    judge();
  }, 5000);

  listen();
  setTimeout(ask, between(POLL_MS));
}());
