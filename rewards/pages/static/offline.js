/*
 * The desk that goes on without a network: `window.offlineDesk.take(scan)`
 * keeps what the gate could not send. A banner says how many wait, how long,
 * and what to do; they are uploaded as soon as the network is back.
 * Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-gate]');
  var banner = document.querySelector('[data-offline-desk]');
  var store = window.offlineStore;
  var uploads = window.offlineUploads;
  if (!root || !banner || !store || !store.isPossible() || !navigator.serviceWorker) { return; }

  var HOUR_MS = 60 * 60 * 1000;
  var DAY_MS = 24 * HOUR_MS;
  var LATE_MS = 20 * HOUR_MS;
  var LOOK_MS = 5000;
  var NOTE_MS = 30000;
  var JUMP_MS = 2000;
  var SAID_MS = 20000;
  var GATE_MAX = 20;
  var MEMBER = 2;
  var CARD = 4;
  var TOKEN = /(?:^|\/)([a-z2-7]{37})$/i;
  var NUMBER = /^[1-9][0-9]{7}$/;
  var ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

  var device = null;
  var base = null;
  var known = {};
  var isOffline = false;
  var isSending = false;
  var trouble = null;
  var lost = 0;
  var said = { at: 0, done: 0 };
  var toSettle = 0;

  /* ── The time since the page was loaded, by both clocks ──────── */

  function begin(least, jump, tick) {
    base = { least: least, jump: jump, tick: tick, wall: Date.now() };
  }

  /* The one clock nobody can set, but it stops while the tablet sleeps; the other tells so. */
  function clock(tick) {
    var now = window.performance.now();
    var since = now - base.tick;
    var ahead = Date.now() - base.wall - since;
    var least = base.least + (tick === undefined ? since : Math.max(0, tick - base.tick));
    return {
      least: Math.round(least),
      most: Math.round(least + base.jump + (ahead > JUMP_MS ? ahead : 0))
    };
  }

  function note() {
    if (!device) { return Promise.resolve(); }
    var now = clock();
    device.least = now.least;
    device.jump = now.most - now.least;
    device.wall = Date.now();
    return store.saveDevice(device).catch(function () { /* the next scan tries again */ });
  }

  function clockOf(other) {
    return device && other.id === device.id ? clock() : null;
  }

  /* ── What was scanned ────────────────────────────────────────── */

  function bytesOf(token) {
    var bits = '';
    token.toUpperCase().split('').forEach(function (letter) {
      bits += (ALPHABET.indexOf(letter) + 32).toString(2).slice(1);
    });
    return bits.match(/.{8}/g).map(function (each) { return parseInt(each, 2); });
  }

  /* Whom a text means, as far as that can be told here: whether it is genuine, only later. */
  function read(raw) {
    var compact = raw.replace(/\s/g, '');
    if (NUMBER.test(compact)) { return { who: 'n' + compact, tail: compact.slice(-4) }; }
    var found = TOKEN.exec(compact);
    if (!found) { return { isWord: compact.indexOf('/') < 0 && compact.length < 37 }; }
    var bytes = bytesOf(found[1]);
    var label = bytes.slice(1, 9);
    if (bytes[0] === CARD) { return { who: 'c' + label.join('-'), tail: '' }; }
    if (bytes[0] !== MEMBER) { return {}; }
    var number = String.fromCharCode.apply(null, label);
    return NUMBER.test(number) ? { who: 'n' + number, tail: number.slice(-4) } : {};
  }

  function say(name, verdict, values) {
    var words = banner.querySelector('[data-say="' + name + '"]');
    return {
      verdict: verdict,
      title: fill(words.querySelector('b').textContent, values),
      detail: fill(words.querySelector('i').textContent, values),
      steps: Array.prototype.map.call(words.querySelectorAll('p'), function (step) {
        return step.textContent;
      }),
      choices: []
    };
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_whole, name) {
      return values && name in values ? values[name] : '';
    });
  }

  /* ── A scan that could not be sent ───────────────────────────── */

  function take(scan) {
    isOffline = true;
    var meant = read(scan.raw);
    if (!meant.who) {
      render();
      return Promise.resolve(say(meant.isWord ? 'word' : 'stranger', 'refused'));
    }
    if (clock().least > DAY_MS) { return Promise.resolve(say('outdated', 'refused')); }
    var mark = scan.direction + meant.who;
    return alone(function () {
      if (known[mark]) { return say('again', 'already'); }
      return keep(scan).then(function (waiting) {
        known[mark] = true;
        var answer = say('kept', 'kept', { n: waiting });
        answer.scan = device.id + ' ' + device.sequence;
        answer.who = meant.tail ? fill(wordsOf('tail'), { tail: meant.tail }) : '';
        return answer;
      });
    }).then(function (answer) { render(); return answer; });
  }

  function wordsOf(name) {
    return banner.querySelector('[data-word="' + name + '"]').textContent;
  }

  /* The number and the time go on from the last scan of any page of this device. */
  function keep(scan) {
    return Promise.all([store.devices(), store.rows()]).then(function (both) {
      var stored = both[0].filter(function (each) { return each.id === device.id; })[0] || device;
      var at = clock(scan.tick);
      var now = clock();
      device.sequence = Math.max(device.sequence, stored.sequence) + 1;
      device.last = Math.max(device.last, stored.last, at.least);
      device.least = now.least;
      device.jump = now.most - now.least;
      device.wall = Date.now();
      return store.keep(device, {
        sequence: device.sequence, least: device.last, most: Math.max(device.last, at.most),
        direction: scan.direction, gate: scan.gate, raw: scan.raw
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
    return store.rows().then(function (rows) {
      if (!rows.length && !isOffline) { return null; }
      return uploads.state().then(function (state) {
        isOffline = false;
        trouble = null;
        toSettle = state.to_settle;
        window.gateToken(state.csrf);
        render();
        return uploads.run(clockOf, state.keeper);
      });
    }).then(function (sum) {
      if (!sum) { return; }
      trouble = sum.trouble;
      if (sum.done || sum.refused) { tell(sum); }
    }).catch(function (error) {
      isOffline = error.message === 'offline';
      trouble = isOffline ? null : error;
    }).then(function () {
      isSending = false;
      return render();
    });
  }

  function tell(sum) {
    said = { at: Date.now(), done: sum.done };
    toSettle = sum.toSettle;
    known = {};
    sum.outcomes.forEach(tellLine);
    var people = document.querySelector('[data-people]');
    if (people) { people.textContent = sum.people; }
    document.dispatchEvent(new CustomEvent('gate:uploaded', { detail: sum }));
  }

  /* A line of the gate's list that said it was kept says by now what came of it. */
  function tellLine(outcome) {
    var line = root.querySelector('[data-scan="' + outcome.scan + '"] .badge');
    var verdict = outcome.state === 'dropped' ? 'refused' : outcome.state;
    var label = root.querySelector('[data-label="' + (verdict === 'settled' ? 'done' : verdict) + '"]');
    if (!line || !label) { return; }
    line.textContent = label.textContent;
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

  /* ── The banner ──────────────────────────────────────────────── */

  function render() {
    return store.rows().then(function (rows) {
      var oldest = Math.min.apply(null, rows.map(function (row) { return row.wall; }));
      var age = rows.length ? Math.max(0, Date.now() - oldest) : 0;
      var name = choose(rows.length, age);
      banner.hidden = !name;
      banner.dataset.state = name;
      banner.dataset.waiting = rows.length;
      if (!name) { return; }
      var values = {
        n: name === 'lost' ? lost : name === 'settle' ? toSettle
          : name === 'sent' ? said.done : rows.length,
        age: tellAge(age)
      };
      Array.prototype.forEach.call(banner.querySelectorAll('[data-state-words]'), function (each) {
        each.hidden = each.dataset.stateWords !== name;
        Array.prototype.forEach.call(each.querySelectorAll('[data-text]'), function (part) {
          part.textContent = fill(part.dataset.text, values);
        });
      });
    });
  }

  function choose(waiting, age) {
    if (lost && !waiting) { return 'lost'; }
    if (waiting && trouble && trouble.code === 'gate-of-another') { return 'foreign'; }
    if (waiting && trouble && trouble.message === '401') { return 'signed-out'; }
    if (waiting && age > LATE_MS) { return 'late'; }
    if (waiting && isOffline) { return 'waiting'; }
    if (waiting && trouble) { return 'trouble'; }
    if (waiting) { return 'sending'; }
    if (isOffline) { return 'offline'; }
    if (toSettle && said.at) { return 'settle'; }
    return Date.now() - said.at < SAID_MS ? 'sent' : '';
  }

  function tellAge(age) {
    var minutes = Math.floor(age / 60000);
    if (minutes < 1) { return wordsOf('now'); }
    return minutes < 60 ? fill(wordsOf('minutes'), { n: minutes })
      : fill(wordsOf('hours'), { n: Math.floor(minutes / 60) });
  }

  /* ── The page is opened, with a network or without ───────────── */

  function load() {
    var asked = window.performance.now();
    uploads.useToken(root.dataset.csrf);
    return uploads.post('/console/gates/devices', { occasion: root.dataset.occasion })
      .then(function (answer) {
        return store.signingKey(answer.key).then(function (key) {
          device = {
            id: answer.device, key: key, keeper: answer.keeper, title: answer.title,
            occasion: root.dataset.occasion, page: window.location.pathname,
            sequence: 0, last: 0, least: 0, jump: 0, wall: Date.now()
          };
          begin(0, 0, (asked + window.performance.now()) / 2);
          return note();
        });
      }).then(keepPage, resume);
  }

  function resume(error) {
    if (error.message !== 'offline') { throw error; }
    isOffline = true;
    /* The page was kept for every gate; its address says which one this is. */
    var gate = new URLSearchParams(window.location.search).get('gate');
    if (gate !== null) { root.dataset.name = gate.slice(0, GATE_MAX); }
    return store.devices().then(function (devices) {
      device = devices.filter(function (each) {
        return each.occasion === root.dataset.occasion;
      }).sort(function (one, other) { return other.wall - one.wall; })[0] || null;
      if (!device) { throw error; }
      var gap = Math.max(0, Date.now() - device.wall);
      begin(device.least, device.jump + gap, window.performance.now());
      return store.listScans(device.id);
    }).then(function (scans) {
      scans.forEach(function (scan) { known[scan.direction + read(scan.raw).who] = true; });
    });
  }

  /* The worker keeps this page and what it is made of, and says when it has. */
  function keepPage() {
    try { window.localStorage.setItem('gate.kept', '1'); } catch (error) { /* asked otherwise */ }
    return navigator.serviceWorker.register(banner.dataset.worker, { scope: '/console/' })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function (registration) {
        var channel = new MessageChannel();
        channel.port1.onmessage = function (event) { banner.dataset.page = event.data; };
        registration.active.postMessage({
          what: 'keep', pages: banner.dataset.pages.split(' '),
          assets: banner.dataset.assets.split(' ')
        }, [channel.port2]);
      }).catch(function () { banner.dataset.page = 'not kept'; });
  }

  banner.querySelector('[data-send]').addEventListener('click', send);
  window.addEventListener('online', send);
  window.addEventListener('offline', function () { isOffline = true; render(); });
  window.addEventListener('pagehide', note);
  /* Somebody signed out in another window: this page keeps nothing for them any more. */
  window.addEventListener('storage', function (event) {
    if (event.key === 'gate.kept' && !event.newValue) { window.location.reload(); }
  });
  document.addEventListener('visibilitychange', note);

  /* With a network the service judges what is too old; without one this clock has to. */
  function forget() {
    if (!isOffline && Number(banner.dataset.waiting) > 0) { return null; }
    return store.forget(device.id).then(function (old) { lost += old; return render(); });
  }

  function look() {
    if (clock().least > DAY_MS) { forget(); }
    return isOffline || Number(banner.dataset.waiting) > 0 ? send() : render();
  }

  load().then(function () {
    window.offlineDesk = {
      take: take, send: send, isOffline: function () { return isOffline; }
    };
    return isOffline ? null : send();
  }).then(forget).then(function () {
    setInterval(note, NOTE_MS);
    setInterval(look, LOOK_MS);
  }).catch(function () { /* the gate says by itself what it cannot do */ });
}());
