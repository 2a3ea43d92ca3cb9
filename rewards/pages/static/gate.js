/*
 * The gate: one scan after the other, from the camera, a hand scanner, a photo
 * or the field, each answered in the field of colour. Never waits for a tap,
 * and nothing that goes wrong stops it.
 *
 * Without a network a scan goes to `window.offlineDesk.take({raw, at, tick,
 * gate, direction, participant})` if there is one; it may return, or promise,
 * an answer like that of the service. `window.gate` is for it: {show, submit}.
 * Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var root = document.querySelector('[data-gate]');
  if (!root || !window.fetch) { return; }

  var SAME_MS = 3000;
  var AGAIN_MS = 2000;
  var ANSWER_MS = 4000;
  var SLOW_MS = 1200;
  var RETRY_MS = 500;
  var TYPING_GAP_MS = 5000;
  var SCANNER_KEY_MS = 120;
  var TABBED_LENGTH_MIN = 8;
  var LINES_MAX = 8;
  var MARKS = { done: 'ok', already: 'again', refused: 'no', kept: 'kept', undone: 'ask' };
  var BADGES = { done: 'ok', refused: 'no', undone: 'info' };

  var verdict = root.querySelector('[data-verdict]');
  var input = root.querySelector('#raw');
  var form = root.querySelector('[data-form]');
  var queue = [];
  var isBusy = false;
  /* The scan on its way, where to go once all are through, and how many answers were shown. */
  var current = null;
  var held = null;
  var shown = 0;
  /* When each text was seen last: two phones may be held up in turns. */
  var seen = {};

  function find(name, within) { return (within || root).querySelector('[data-' + name + ']'); }
  function text(name, value) { find(name).textContent = value; }

  /* ── A scan comes in ─────────────────────────────────────────── */

  function submit(raw, options) {
    var how = options || {};
    var now = Date.now();
    raw = String(raw || '').trim();
    if (!raw && !how.participant) { return false; }
    if (!how.participant && isSame(raw, now, how.source)) { return false; }
    queue.push({
      raw: raw, participant: how.participant || '', source: how.source || '', at: now,
      tick: Math.round(window.performance.now()), key: newKey(), isRetry: false
    });
    next();
    return true;
  }

  function isSame(raw, now, source) {
    Object.keys(seen).forEach(function (each) {
      if (now - seen[each] >= SAME_MS) { delete seen[each]; }
    });
    var isKnown = seen[raw] !== undefined;
    /* A code held before the camera is seen again and again: it is the same scan. */
    if (!isKnown || source === 'camera') { seen[raw] = now; }
    return isKnown;
  }

  /* What nobody answered may be scanned again: by hand at once, before the camera in a moment. */
  function letAgain(scan) {
    if (scan.source !== 'camera') { seen = {}; }
    else { setTimeout(function () { delete seen[scan.raw]; }, AGAIN_MS); }
  }

  function newKey() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join('');
  }

  function next() {
    if (isBusy || !queue.length) { return; }
    isBusy = true;
    var scan = queue.shift();
    current = scan;
    var slow = setTimeout(function () { find('slow').hidden = false; }, SLOW_MS);
    verdict.setAttribute('aria-busy', 'true');
    attempt(scan).catch(function (error) { return fallBack(scan, error); }).then(function (answer) {
      show(answer);
    }).catch(function () {
      letAgain(scan);
      show(own('trouble'));
    }).then(function () {
      clearTimeout(slow);
      find('slow').hidden = true;
      verdict.removeAttribute('aria-busy');
      isBusy = false;
      current = null;
      next();
      leave();
    });
  }

  /* While the line is known to be dead nobody at the door waits for it to fail once more. */
  function attempt(scan) {
    if (!window.offlineDesk || !window.offlineDesk.isOffline() || scan.participant) {
      return send(scan);
    }
    scan.isRetry = true;
    return Promise.reject(new Error('offline'));
  }

  function send(scan) {
    return within(root.dataset.scans, bodyOf(scan));
  }

  function bodyOf(scan) {
    return {
      raw: scan.raw, participant: scan.participant, source: scan.source, key: scan.key,
      gate: root.dataset.name, direction: root.dataset.direction
    };
  }

  /* Nobody at the door waits longer than this for anything. */
  function within(address, body) {
    var leash = window.AbortController ? new window.AbortController() : null;
    var timer = null;
    var late = new Promise(function (_resolve, reject) {
      timer = setTimeout(function () {
        reject(new Error('offline'));
        if (leash) { leash.abort(); }
      }, ANSWER_MS);
    });
    var asked = ask(address, body, { signal: leash ? leash.signal : undefined });
    var answer = Promise.race([asked, late]);
    answer.catch(function () {}).then(function () { clearTimeout(timer); });
    return answer;
  }

  function ask(address, body, options) {
    return fetch(address, Object.assign({
      method: 'POST', credentials: 'same-origin', cache: 'no-store', redirect: 'error',
      headers: {
        Accept: 'application/json', 'Content-Type': 'application/json',
        'X-CSRFToken': root.dataset.csrf
      },
      body: JSON.stringify(body || {})
    }, options)).then(function (response) {
      if (!response.ok) { throw new Error(troubleOf(response.status)); }
      return response.json();
    });
  }

  function troubleOf(status) {
    if (status === 401) { return 'signed-out'; }
    if (status === 403) { return 'not-allowed'; }
    if (status === 400) { return 'outdated'; }
    if (status === 429) { return 'busy'; }
    return status > 501 ? 'offline' : 'trouble';
  }

  function fallBack(scan, error) {
    var name = named(error.message);
    if (name && name !== 'offline') {
      letAgain(scan);
      return own(name);
    }
    /* What fails at once may work at once; the key makes it the same scan. */
    if (!scan.isRetry && Date.now() - scan.at < ANSWER_MS) {
      scan.isRetry = true;
      return new Promise(function (resolve) { setTimeout(resolve, RETRY_MS); }).then(function () {
        return send(scan);
      }).catch(function (again) { return fallBack(scan, again); });
    }
    if (!window.offlineDesk || scan.participant) {
      letAgain(scan);
      return own('offline');
    }
    return keep(scan).then(function (answer) { return answer && answer.verdict ? answer : own('kept'); });
  }

  function keep(scan) {
    return Promise.resolve(window.offlineDesk.take({
      raw: scan.raw, at: scan.at, tick: scan.tick,
      gate: root.dataset.name, direction: root.dataset.direction
    }));
  }

  /* ── Leaving the page ────────────────────────────────────────── */

  /* Those who were scanned have walked on: a tap waits for them, a second one does not. */
  function hold(event, go) {
    if (event.defaultPrevented || held || (!isBusy && !queue.length)) { return; }
    event.preventDefault();
    held = go;
    find('leaving').hidden = false;
  }

  function leave() {
    if (!held || isBusy || queue.length) { return; }
    var go = held;
    stay();
    go();
  }

  function stay() {
    held = null;
    find('leaving').hidden = true;
  }

  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[href]');
    if (!link || link.target || event.button || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    hold(event, function () { window.location.assign(link.href); });
  });

  document.addEventListener('submit', function (event) {
    var leaving = event.target;
    var button = event.submitter;
    hold(event, function () {
      if (leaving.requestSubmit) { leaving.requestSubmit(button); } else { leaving.submit(); }
    });
  });

  /* However the page is left: the keys make what arrives twice the same scan. */
  window.addEventListener('pagehide', function () {
    (current ? [current] : []).concat(queue).forEach(function (scan) {
      var isKept = window.offlineDesk && window.offlineDesk.isOffline() && !scan.participant;
      if (isKept) {
        keep(scan).catch(function () {});
      } else {
        window.sayLast(root.dataset.scans, root.dataset.csrf, bodyOf(scan));
      }
    });
  });

  function named(name) {
    return find('answers').querySelector('[data-answer="' + name + '"]') ? name : '';
  }

  /* What the page says by itself, in the words that came with it. */
  function own(name) {
    var words = find('answers').querySelector('[data-answer="' + name + '"]');
    var link = find('answers').querySelector('[data-link="' + name + '"]');
    return {
      verdict: words.dataset.kind === 'kept' ? 'kept' : 'refused',
      title: words.querySelector('b').textContent,
      detail: words.querySelector('i').textContent,
      steps: Array.prototype.map.call(words.querySelectorAll('p'), function (step) {
        return step.textContent;
      }),
      choices: [], link: link
    };
  }

  /* ── The answer ──────────────────────────────────────────────── */

  function show(answer) {
    var choices = answer.choices || [];
    shown += 1;
    /* Whoever was not let in still stands there. */
    if (choices.length || answer.verdict === 'refused') { stay(); }
    var kind = choices.length ? 'ask' : MARKS[answer.verdict];
    verdict.className = 'verdict gate__verdict verdict--' + kind;
    Array.prototype.forEach.call(verdict.querySelectorAll('[data-mark]'), function (mark) {
      mark.hidden = mark.dataset.mark !== kind;
    });
    text('title', answer.title);
    text('detail', answer.detail || '');
    list(answer.steps || (answer.next_step ? [answer.next_step] : []), answer.link);
    choose(choices);
    offerUndo(choices.length ? '' : answer.undo);
    if (typeof answer.people === 'number') { count(answer.people); }
    if (choices.length) { return; }
    log(answer);
    document.title = answer.title;
    sing(answer.verdict);
    document.dispatchEvent(new CustomEvent('gate:verdict', { detail: answer }));
  }

  /* A tablet that cannot sound must not keep an answer from being seen. */
  function sing(kind) {
    try { window.playSound(kind); } catch (error) { root.dataset.mute = error.message; }
  }

  function list(steps, link) {
    var place = find('steps');
    place.textContent = '';
    steps.forEach(function (step) {
      place.appendChild(document.createElement('li')).textContent = step;
    });
    if (link) { place.appendChild(document.createElement('li')).appendChild(link.cloneNode(true)); }
    place.hidden = !place.children.length;
  }

  function count(people) {
    var place = document.querySelector('[data-people]');
    if (place) { place.textContent = people; }
  }

  function choose(choices) {
    var box = find('choices');
    var rows = find('choice-list');
    rows.textContent = '';
    choices.forEach(function (each) {
      var row = document.importNode(root.querySelector('template[data-choice]').content, true);
      var button = find('pick', row);
      var isThere = each.is_present && root.dataset.direction === 'in';
      find('name', row).textContent = each.name;
      find('about', row).textContent = each.about;
      find('present', row).hidden = !isThere;
      button.hidden = isThere;
      button.setAttribute('aria-label', button.textContent + ' ' + each.name + ' ' + each.about);
      button.addEventListener('click', function () {
        choose([]);
        submit('', { participant: each.id });
      });
      rows.appendChild(row);
    });
    box.hidden = !choices.length;
    var first = rows.querySelector('button:not([hidden])');
    if (first) { first.focus(); }
  }

  function offerUndo(address) {
    var undo = find('undo');
    undo.hidden = !address;
    undo.setAttribute('action', address || '');
  }

  find('undo').addEventListener('submit', function (event) {
    var address = event.target.getAttribute('action');
    event.preventDefault();
    offerUndo('');
    verdict.setAttribute('aria-busy', 'true');
    var stood = shown;
    within(address).then(function (answer) {
      if (answer.verdict === 'done') {
        answer.verdict = 'undone';
        /* Whoever was meant may be scanned at once. */
        seen = {};
        if (/check-ins/.test(address)) { count(document.querySelector('[data-people]').textContent - 1); }
      }
      return answer;
    }).catch(function () { return Object.assign(own('not-undone'), { undo: address }); })
      .then(function (answer) {
        if (!isBusy) { verdict.removeAttribute('aria-busy'); }
        /* The next one's answer may stand there by now. */
        if (shown === stood) { show(answer); } else { log(answer); }
      });
  });

  function log(answer) {
    var lines = find('log');
    var line = document.createElement('li');
    var none = find('none', lines);
    line.className = 'gate__line';
    add(line, 'span', 'num', answer.time || document.querySelector('[data-clock]').textContent);
    if (answer.who) { add(line, 'b', 'name', answer.who); }
    else { add(line, 'span', '', answer.title); }
    add(line, 'span', 'badge badge--' + (BADGES[answer.verdict] || 'wait'),
      root.querySelector('[data-label="' + answer.verdict + '"]').textContent);
    if (none) { none.remove(); }
    lines.insertBefore(line, lines.firstChild);
    while (lines.children.length > LINES_MAX) { lines.lastElementChild.remove(); }
  }

  function add(line, tag, name, words) {
    var part = document.createElement(tag);
    part.className = name;
    part.textContent = words;
    line.appendChild(part);
  }

  /* ── The field, and a hand scanner that types from anywhere ──── */

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    var raw = input.value;
    input.value = '';
    typed = '';
    /* Outside a field no input method swallows what a hand scanner types. */
    input.blur();
    submit(raw, { source: 'field' });
  });

  var typed = '';
  var keyAt = 0;

  function isField(element) {
    if (element.isContentEditable) { return true; }
    if (/^(SELECT|TEXTAREA)$/.test(element.tagName)) { return true; }
    return element.tagName === 'INPUT' &&
      !/^(button|checkbox|file|radio|reset|submit)$/.test(element.type);
  }

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    if (isField(event.target)) { return; }
    var now = Date.now();
    var gap = now - keyAt;
    if (gap > TYPING_GAP_MS) { typed = ''; }
    if (ends(event.key, gap)) {
      event.preventDefault();
      var raw = typed;
      typed = '';
      input.value = '';
      submit(raw, { source: 'keys' });
      return;
    }
    if (event.key === 'Escape') { typed = ''; }
    else if (event.key === 'Backspace' && typed) { typed = typed.slice(0, -1); }
    else if (event.key.length === 1 && (event.key !== ' ' || typed)) { typed += event.key; }
    else { return; }
    keyAt = now;
    event.preventDefault();
    input.value = typed;
  });

  /* A space within what is scanned must not press the button that has the focus. */
  document.addEventListener('keyup', function (event) {
    if (event.key === ' ' && typed && !isField(event.target)) { event.preventDefault(); }
  });

  /* Most scanners end with Enter, some with Tab; people tab too, but slower. */
  function ends(key, gap) {
    if (key === 'Enter') { return typed !== ''; }
    return key === 'Tab' && typed.length >= TABBED_LENGTH_MIN && gap < SCANNER_KEY_MS;
  }

  /* ── Camera, photo, sound ────────────────────────────────────── */

  var scanner = null;
  var camera = find('camera');
  var REMEMBERED = 'gate.camera';

  function remember(value) {
    try { window.localStorage.setItem(REMEMBERED, value); } catch (error) { /* this time only */ }
  }

  function recall() {
    try { return window.localStorage.getItem(REMEMBERED) || ''; } catch (error) { return ''; }
  }

  function showCamera(isOn) {
    find('viewer').hidden = !isOn;
    find('turn').hidden = !isOn;
    camera.setAttribute('aria-pressed', String(isOn));
    find('start').hidden = isOn;
    find('stop').hidden = !isOn;
    camera.classList.toggle('btn--main', !isOn);
  }

  function tellTrouble(name) {
    var words = name && find('answers').querySelector('[data-camera-trouble="' + name + '"]');
    find('trouble').hidden = !words;
    if (words) { text('trouble-text', words.textContent); }
  }

  function openCamera(facing) {
    tellTrouble('');
    showCamera(true);
    scanner = window.startScanner(find('video'), function (raw) {
      submit(raw, { source: 'camera' });
    }, {
      facing: facing,
      onState: function (state, trouble) {
        root.dataset.looking = state;
        find('light').hidden = state !== 'on' || !scanner.hasLight();
        find('light').setAttribute('aria-pressed', 'false');
        if (state === 'trouble') { scanner = null; showCamera(false); tellTrouble(trouble); }
      }
    });
  }

  camera.addEventListener('click', function () {
    if (!scanner) {
      openCamera(recall() || 'environment');
      remember(recall() || 'environment');
      return;
    }
    scanner.stop();
    scanner = null;
    showCamera(false);
    remember('');
  });

  find('turn').addEventListener('click', function () { remember(scanner.turn()); });

  find('light').addEventListener('click', function (event) {
    event.currentTarget.setAttribute('aria-pressed', String(scanner.light()));
  });

  find('photo').addEventListener('change', function (event) {
    var file = event.target.files[0];
    if (!file) { return; }
    verdict.setAttribute('aria-busy', 'true');
    window.readPhoto(file).catch(function () { return ''; }).then(function (raw) {
      verdict.removeAttribute('aria-busy');
      event.target.value = '';
      seen = {};
      if (raw) { submit(raw, { source: 'photo' }); } else { show(own('no-code')); }
    });
  });

  var sound = document.querySelector('[data-sound]');

  function showSound() {
    var isMuted = window.muteSound();
    sound.setAttribute('aria-pressed', String(!isMuted));
    find('on', sound).hidden = isMuted;
    find('off', sound).hidden = !isMuted;
  }

  sound.addEventListener('click', function () {
    window.muteSound(!window.muteSound());
    showSound();
    window.playSound('done');
  });

  sound.hidden = false;
  showSound();
  find('ways').hidden = false;
  window.gate = { show: show, submit: submit };

  /* Who used the camera here before need not open it again. */
  if (recall() && navigator.permissions) {
    navigator.permissions.query({ name: 'camera' }).then(function (permission) {
      if (permission.state === 'granted' && !scanner) { openCamera(recall()); }
    }).catch(function () {});
  }
}());
