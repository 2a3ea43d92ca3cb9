/*
 * The desk that goes on without a network: `window.offlineDesk.take(scan)`
 * keeps what the gate could not send. A banner says how many wait, how long,
 * and what to do; they are uploaded as soon as the network is back.
 * Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-gate]');
  var banner = window.offlineBanner;
  var clock = window.offlineClock;
  var codes = window.offlineCodes;
  var store = window.offlineStore;
  var uploads = window.offlineUploads;
  if (!root || !banner || !store || !store.isPossible() || !navigator.serviceWorker) { return; }

  var DAY_MS = 24 * 60 * 60 * 1000;
  var LOOK_MS = 5000;
  var REST_MS_MAX = 60000;
  var NOTE_MS = 30000;
  var TELL_MS = 45000;

  var device = null;
  var known = {};
  var isOffline = false;
  var isSending = false;
  var trouble = null;
  var isSignedOut = false;
  var lost = 0;
  var said = { at: 0, done: 0 };
  /* What waits to be settled of each occasion, and what nobody can settle. */
  var unsettled = {};
  var turnedAway = 0;
  var rest = 0;
  var restedAt = 0;
  /* A page that WebKit puts aside for the way back holds what it began in the store, and the store. */
  var isAside = false;

  /* ── The clock of the device ─────────────────────────────────── */

  function note() {
    if (!device || isAside) { return Promise.resolve(); }
    var now = clock.read();
    device.least = now.least;
    device.jump = now.most - now.least;
    device.wall = Date.now();
    return store.note(device).catch(function () { /* the next scan tries again */ });
  }

  function clockOf(other) {
    return device && other.id === device.id ? clock.read() : null;
  }

  /* ── A scan that could not be sent ───────────────────────────── */

  function take(scan) {
    isOffline = true;
    var meant = codes.read(scan.raw);
    if (!meant.who) {
      render();
      return Promise.resolve(banner.say(meant.isWord ? 'word' : 'stranger', 'refused'));
    }
    if (clock.read().least > DAY_MS) { return Promise.resolve(banner.say('outdated', 'refused')); }
    var mark = scan.direction + meant.who;
    return alone(function () {
      if (known[mark]) { return banner.say('again', 'already'); }
      return keep(scan, meant.raw).then(function (waiting) {
        known[mark] = true;
        var answer = banner.say('kept', 'kept', { n: waiting });
        answer.scan = device.id + ' ' + device.sequence;
        answer.who = meant.tail ? banner.word('tail', { tail: meant.tail }) : '';
        return answer;
      });
    }).then(function (answer) { render(); return answer; });
  }

  /* The number and the time go on from the last scan of any page of this device. */
  function keep(scan, raw) {
    return Promise.all([store.devices(), store.rows()]).then(function (both) {
      var stored = both[0].filter(function (each) { return each.id === device.id; })[0] || device;
      var at = clock.read(scan.tick);
      var now = clock.read();
      device.sequence = Math.max(device.sequence, stored.sequence) + 1;
      device.last = Math.max(device.last, stored.last, at.least);
      device.least = now.least;
      device.jump = now.most - now.least;
      device.wall = Date.now();
      return store.keep(device, {
        sequence: device.sequence, least: device.last, most: Math.max(device.last, at.most),
        direction: scan.direction, gate: scan.gate, raw: raw
      }).then(function () { return both[1].length + 1; });
    });
  }

  var line = Promise.resolve();

  function alone(work) {
    if (navigator.locks) { return navigator.locks.request('gate-keep', work); }
    line = line.catch(function () {}).then(work);
    return line;
  }

  /* ── The network is back ─────────────────────────────────────── */

  function send() {
    if (isSending) { return Promise.resolve(); }
    isSending = true;
    var now;
    return store.rows().then(function (rows) {
      if (!rows.length && !isOffline) { return null; }
      return uploads.state().then(function (state) {
        isOffline = false;
        now = state.now;
        window.gateToken(state.csrf);
        render();
        return uploads.run(clockOf, state.keeper);
      });
    }).then(function (sum) {
      trouble = sum ? sum.trouble : null;
      if (sum && sum.outcomes.length) { tell(sum); }
    }).catch(function (error) {
      isOffline = error.message === 'offline';
      trouble = isOffline ? null : error;
    }).then(function () {
      isSending = false;
      rest = trouble ? Math.min(2 * rest || LOOK_MS, REST_MS_MAX) : 0;
      restedAt = window.performance.now() + rest;
      return forget(now);
    });
  }

  function tell(sum) {
    said = { at: Date.now(), done: sum.done };
    turnedAway += sum.turnedAway;
    known = {};
    sum.outcomes.forEach(tellLine);
    Object.keys(sum.occasions).forEach(function (id) {
      unsettled[id] = sum.occasions[id].toSettle;
    });
    var here = sum.occasions[root.dataset.occasion];
    var people = document.querySelector('[data-people]');
    if (people && here) { people.textContent = here.people; }
  }

  function countUnsettled() {
    return Object.keys(unsettled).reduce(function (sum, id) {
      return sum + unsettled[id];
    }, turnedAway);
  }

  /* A line of the gate's list that said it was kept says by now what came of it. */
  function tellLine(outcome) {
    var line = root.querySelector('[data-scan="' + outcome.scan + '"] .badge');
    var verdict = outcome.state === 'dropped' ? 'refused' : outcome.state;
    var label = root.querySelector('[data-label="' + (verdict === 'settled' ? 'done' : verdict) + '"]');
    if (!line || !label) { return; }
    line.textContent = outcome.title || label.textContent;
    line.className = 'badge badge--' + (verdict === 'refused' ? 'no' : 'ok');
  }

  document.addEventListener('gate:verdict', function (event) {
    var line = root.querySelector('[data-log] .gate__line');
    if (event.detail.scan && line) { line.dataset.scan = event.detail.scan; }
  });

  /* A page that was kept is older than the session it is sent with. */
  window.gateToken = function (token) {
    root.dataset.csrf = token;
    Array.prototype.forEach.call(document.querySelectorAll('[name=csrf_token]'), function (field) {
      field.value = token;
    });
  };

  /* ── What is told, and what is too old ───────────────────────── */

  function render() {
    return Promise.all([store.rows(), store.devices()]).then(function (both) {
      var owners = byId(both[1]);
      var ages = both[0].map(function (row) { return ageOf(row, owners[row.device]); });
      banner.show({
        waiting: both[0].length, age: Math.max.apply(null, ages.concat(0)),
        isOffline: isOffline, isSignedOut: isSignedOut, trouble: trouble, lost: lost,
        toSettle: countUnsettled(), done: said.done, said: said.at
      });
    });
  }

  function byId(devices) {
    var owners = {};
    devices.forEach(function (each) { owners[each.id] = each; });
    return owners;
  }

  function ageOf(row, owner) {
    return owner ? (clockOf(owner) || uploads.clockOf(owner)).most - row.most : 0;
  }

  /*
   * After a day by the clock that nobody can set, or by that of the service if
   * it was reached and did not take them, scans are deleted. The clock on the
   * wall does not count: whoever puts it right must not lose what waits.
   */
  function forget(now) {
    if (!device) { return render(); }
    return store.forget(device.id, function (row, owner) {
      if (!owner) { return true; }
      var least = (clockOf(owner) || owner).least;
      var latest = owner.loaded + Math.min(row.most, row.least + DAY_MS);
      return least - row.least > DAY_MS || now - latest > DAY_MS;
    }).then(function (old) { lost += old; return render(); });
  }

  /* ── The page is opened, with a network or without ───────────── */

  function load() {
    var asked = window.performance.now();
    /* A browser that runs out of space deletes what it was not asked to keep. */
    if (navigator.storage && navigator.storage.persist) {
      navigator.storage.persist().catch(function () {});
    }
    uploads.useToken(root.dataset.csrf);
    return uploads.post('/console/gates/devices', { occasion: root.dataset.occasion })
      .then(function (answer) {
        return store.signingKey(answer.key).then(function (key) {
          device = {
            id: answer.device, key: key, keeper: answer.keeper, title: answer.title,
            occasion: root.dataset.occasion, page: window.location.pathname,
            loaded: answer.now, sequence: 0, last: 0, least: 0, jump: 0, wall: Date.now()
          };
          clock.begin(0, 0, (asked + window.performance.now()) / 2);
          return note();
        });
      }).then(keepPage, resume);
  }

  function resume(error) {
    if (error.message !== 'offline') { throw error; }
    isOffline = true;
    /* The page was kept for every gate; its address says which one this is. */
    var gate = new URLSearchParams(window.location.search).get('gate');
    if (gate !== null) { root.dataset.name = codes.nameGate(gate); }
    return store.devices().then(function (devices) {
      device = devices.filter(function (each) {
        return each.occasion === root.dataset.occasion;
      }).sort(function (one, other) { return one.id < other.id ? 1 : -1; })[0] || null;
      if (!device) { throw error; }
      var gap = Math.max(0, Date.now() - device.wall);
      clock.begin(device.least, device.jump + gap, window.performance.now());
      return store.listScans(device.id);
    }).then(function (scans) {
      scans.forEach(function (scan) { known[scan.direction + codes.read(scan.raw).who] = true; });
    });
  }

  /* The worker keeps this page and what it is made of, and says when it has. */
  function keepPage() {
    try { window.localStorage.setItem('gate.kept', '1'); } catch (error) { /* asked otherwise */ }
    return navigator.serviceWorker.register(banner.root.dataset.worker, { scope: '/console/' })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function (registration) {
        var channel = new MessageChannel();
        channel.port1.onmessage = function (event) { banner.root.dataset.page = event.data; };
        registration.active.postMessage({
          what: 'keep', pages: banner.root.dataset.pages.split(' '),
          assets: banner.root.dataset.assets.split(' ')
        }, [channel.port2]);
      }).catch(function () { banner.root.dataset.page = 'not kept'; });
  }

  banner.root.querySelector('[data-send]').addEventListener('click', send);
  window.addEventListener('online', send);
  window.addEventListener('offline', function () { isOffline = true; render(); });
  window.addEventListener('pagehide', function (event) { isAside = event.persisted; note(); });
  window.addEventListener('pageshow', function () { isAside = false; });
  /* Somebody signed out in another window: this page keeps nothing for them any more. */
  window.addEventListener('storage', function (event) {
    if (event.key === 'gate.kept' && !event.newValue) { window.location.reload(); }
  });
  document.addEventListener('visibilitychange', note);
  document.addEventListener('visibilitychange', tellAll);
  window.addEventListener('pagehide', function () {
    if (hasToldAll()) { uploads.tellLast(device); }
  });

  /* Places are kept for those whose scans may wait here: while the page is seen, and none does. */
  function tellAll() {
    if (!hasToldAll()) { return; }
    uploads.tell(device, !document.hidden).then(function (trouble) {
      isSignedOut = Boolean(trouble) && trouble.message === '401';
      render();
    });
  }

  function hasToldAll() {
    return device && !isOffline && !isSending && !(Number(banner.root.dataset.waiting) > 0);
  }

  /* What did not go in a moment ago will hardly go in now. */
  function look() {
    var isResting = !isOffline && window.performance.now() < restedAt;
    var isWaiting = isOffline || Number(banner.root.dataset.waiting) > 0;
    return isWaiting && !isResting ? send() : render();
  }

  load().then(function () {
    window.offlineDesk = {
      take: take, send: send, isOffline: function () { return isOffline; }
    };
    return isOffline ? forget() : send();
  }).then(function () {
    setInterval(note, NOTE_MS);
    setInterval(look, LOOK_MS);
    setInterval(tellAll, TELL_MS);
  }).catch(function () { /* the gate says by itself what it cannot do */ });
}());
