/*
 * The desk: whatever is scanned goes into the scan box and is looked for, from
 * the camera or from a hand scanner that types, wherever the focus is. What a
 * hand scanner types never presses a button of the person before. Left alone,
 * the desk locks. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var form = document.querySelector('[data-scan]');
  if (!form) { return; }

  var TYPING_GAP_MS = 5000;
  var SCANNER_KEY_MS = 120;
  var TABBED_LENGTH_MIN = 8;
  /* A scanner that sends two Enters must not confirm with the second one. */
  var ARM_MS = 600;
  /* A code that lies under the camera is the one that was just answered. */
  var SAME_MS = 20000;
  var TOKEN_OWNER_LENGTH = 14;
  var CAMERA_KEY = 'desk.camera';
  var SEEN_KEY = 'desk.seen';
  var ACTIVE_KEY = 'console.active';
  var input = form.querySelector('.input');
  var isSent = false;

  function find(name) { return form.querySelector('[data-' + name + ']'); }

  function remember(store, key, value) {
    try { store.setItem(key, value); } catch (error) { return; }
  }

  function recall(store, key) {
    try { return store.getItem(key); } catch (error) { return null; }
  }

  function look(raw) {
    raw = String(raw || '').trim();
    if (!raw || isSent) { return; }
    isSent = true;
    form.setAttribute('aria-busy', 'true');
    input.value = raw;
    form.submit();
  }

  /* Back to this page: the next scan counts again. */
  window.addEventListener('pageshow', function () {
    isSent = false;
    form.removeAttribute('aria-busy');
  });
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    typed = '';
    look(input.value);
  });

  /* ── A hand scanner types from anywhere ──────────────────────── */

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
    var now = Date.now();
    var gap = now - keyAt;
    if (event.target === input) { endInBox(event, now, gap); }
    if (isField(event.target)) { return; }
    if (gap > TYPING_GAP_MS) { typed = ''; }
    if (ends(event.key, gap)) {
      event.preventDefault();
      look(typed);
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

  /* The box itself hears Enter as a form does; a scanner's Tab would only leave it. */
  function endInBox(event, now, gap) {
    keyAt = now;
    if (event.key !== 'Tab' || event.shiftKey) { return; }
    if (input.value.length < TABBED_LENGTH_MIN || gap >= SCANNER_KEY_MS) { return; }
    event.preventDefault();
    look(input.value);
  }

  /* A space within what is scanned must not press the button that has the focus. */
  document.addEventListener('keyup', function (event) {
    if (event.key === ' ' && typed && !isField(event.target)) { event.preventDefault(); }
  });

  /* Most scanners end with Enter, some with Tab; people tab too, but slower. */
  function ends(key, gap) {
    if (key === 'Enter') { return typed !== ''; }
    return key === 'Tab' && typed.length >= TABBED_LENGTH_MIN && gap < SCANNER_KEY_MS;
  }

  /* ── The button that hands over ──────────────────────────────── */

  var go = document.querySelector('[data-go]');
  if (go) {
    /* Enter confirms, but not the one that ended the scan. */
    var armedAt = Date.now() + ARM_MS;
    go.focus({ preventScroll: true });
    /* Name and price are repeated above the button: on a phone these are what to see. */
    if (go.getBoundingClientRect().bottom > window.innerHeight) {
      go.scrollIntoView({ block: 'end' });
    }
    go.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && (event.repeat || Date.now() < armedAt)) {
        event.preventDefault();
      }
    });
    go.form.addEventListener('submit', function (event) {
      if (go.getAttribute('aria-disabled')) { event.preventDefault(); return; }
      go.setAttribute('aria-disabled', 'true');
      form.setAttribute('aria-busy', 'true');
    });
    window.addEventListener('pageshow', function () { go.removeAttribute('aria-disabled'); });
  }

  /* ── The camera ──────────────────────────────────────────────── */

  var scanner = null;

  function isServed() { return /\/console\/desk\/receipt/.test(window.location.pathname); }

  /* The code of a phone that lies there changes; whose it is stands in its first letters. */
  function ownerOf(raw) {
    var token = /(?:^|\/)([a-z2-7]{37})$/i.exec(raw);
    return token ? token[1].slice(0, TOKEN_OWNER_LENGTH).toUpperCase() : raw;
  }

  function keepSeen(owner) {
    remember(window.sessionStorage, SEEN_KEY, Date.now() + ' ' + owner);
  }

  function lastSeen() {
    var kept = /^(\d+) ([^]*)$/.exec(recall(window.sessionStorage, SEEN_KEY) || '');
    return kept ? { at: Number(kept[1]), owner: kept[2] } : { at: 0, owner: '' };
  }

  function wasJustSeen(raw) {
    var last = lastSeen();
    var isSame = last.owner === ownerOf(raw) && Date.now() - last.at < SAME_MS;
    if (isSame) { keepSeen(last.owner); }
    return isSame;
  }

  function open() {
    find('trouble').hidden = true;
    find('viewer').hidden = false;
    scanner = window.startScanner(find('video'), function (raw) {
      if (isSent || wasJustSeen(raw)) { return; }
      keepSeen(ownerOf(raw));
      look(raw);
    }, { onState: tell });
    show(true);
  }

  function close() {
    if (scanner) { scanner.stop(); }
    scanner = null;
    find('viewer').hidden = true;
    show(false);
  }

  function show(isOn) {
    find('camera').setAttribute('aria-pressed', String(isOn));
    find('start').hidden = isOn;
    find('stop').hidden = !isOn;
    find('turn').hidden = !isOn;
    find('light').hidden = true;
  }

  function tell(state, trouble) {
    if (state === 'on') { find('light').hidden = !scanner || !scanner.hasLight(); }
    if (state !== 'trouble') { return; }
    scanner = null;
    find('viewer').hidden = true;
    show(false);
    find('trouble').hidden = false;
    find('trouble-text').textContent =
      form.querySelector('[data-camera-trouble="' + trouble + '"]').textContent;
  }

  if (window.startScanner) {
    find('camera').hidden = false;
    find('camera').addEventListener('click', function () {
      remember(window.localStorage, CAMERA_KEY, scanner ? '' : 'on');
      if (scanner) { close(); } else { open(); }
    });
    find('turn').addEventListener('click', function () { scanner.turn(); });
    find('light').addEventListener('click', function () {
      find('light').setAttribute('aria-pressed', String(scanner.light()));
    });
    /* On between people; while a basket is open, a phone under the camera would open it anew. */
    if (recall(window.localStorage, CAMERA_KEY) === 'on' && form.dataset.quiet === undefined) {
      /* However long choosing took, who was just served still holds the phone there. */
      if (isServed()) { keepSeen(lastSeen().owner); }
      open();
    }
  }

  /* ── Left alone, it locks ────────────────────────────────────── */

  var lock = document.querySelector('[data-lock]');
  if (lock) {
    var limit = Number(lock.dataset.lock) * 1000;
    var began = Date.now();
    remember(window.localStorage, ACTIVE_KEY, began);
    setInterval(function () {
      /* Each page of the console that is worked at writes it, and keeps this one open. */
      var last = Math.max(began, Number(recall(window.localStorage, ACTIVE_KEY)) || 0);
      if (Date.now() - last > limit) {
        limit = Infinity;
        lock.submit();
      }
    }, 5000);
  }
}());
