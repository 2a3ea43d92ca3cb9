/*
 * Draws what a screen shows: its slides one after the other, the parts of each
 * that changed, the clock, the ring of a code, and how old it all is. What is
 * shown stays until there is newer. Chromium 78: no ?. and no ??, no modules.
 */
(function () {
  'use strict';

  var wall = document.querySelector('[data-screen]');
  if (!wall || !window.fetch || !window.connectScreen) { return; }

  var STALE_S = 120;
  /* A code is taken until a little after its time; this long after, by nobody. */
  var DEAD_S = 20;
  var TICK_MS = 1000;

  /* The server's time, moved on by ours: a TV box's own clock may be anything. */
  var base = Number(wall.dataset.now);
  var start = Date.now();
  var isOnline = true;
  var isNewDay = false;
  /* At midnight the screens load their pages one by one, not all at once. */
  var lateBy = Math.random() * 600;
  var isGone = false;
  var slides = Array.prototype.slice.call(wall.querySelectorAll('[data-slide]'));
  var current = 0;
  var since = Date.now();

  function now() { return base + (Date.now() - start) / 1000; }
  function set(element, text) {
    if (element && element.textContent !== text) { element.textContent = text; }
  }
  function each(parent, selector, change) {
    Array.prototype.forEach.call(parent.querySelectorAll(selector), change);
  }
  function find(key) {
    return slides.filter(function (slide) { return slide.dataset.slide === key; })[0];
  }

  /* ── Loading the page anew ──────────────────────────────────────── */

  /* Whatever calls for it calls once; after that, every few minutes at most. */
  var RENEW_AGAIN_MS = [180000, 420000];
  var FAILED_MS = [20000, 60000];
  /* After an upgrade the screens come one by one, not all at once. */
  var UPGRADE_MS = 300000;
  var MISSING_MS = 20000;
  var isCalled = {};

  function between(span) { return span[0] + Math.random() * (span[1] - span[0]); }

  /* What was renewed for, and when; the page that follows reads it again. */
  function recall() { return (history.state && history.state.renewed) || {}; }
  function remember(what) {
    var kept = recall();
    Object.keys(kept).forEach(function (key) {
      if (Date.now() - kept[key] > 3600000) { delete kept[key]; }
    });
    kept[what] = Date.now();
    history.replaceState({ renewed: kept }, '');
  }

  function renew(what, spread) {
    if (isCalled[what]) { return; }
    isCalled[what] = true;
    var last = recall()[what];
    var wait = Math.random() * spread;
    if (last) {
      wait = Math.max(wait, between(RENEW_AGAIN_MS) - Math.max(0, Date.now() - last));
    }
    setTimeout(function () {
      look(function () { remember(what); window.location.reload(); }, function () {
        setTimeout(function () { delete isCalled[what]; }, between(FAILED_MS));
      });
    }, wait);
  }

  /* Only when the page can be had: one that cannot be loaded shows nothing. */
  function look(found, missed) {
    fetch(isGone ? '/screen' : window.location.href, {
      credentials: 'same-origin', cache: 'no-store'
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      found();
    }).catch(missed);
  }

  /* Disconnected: dark at once, and the page with the code as soon as it can be had. */
  function leave() {
    isGone = true;
    wall.hidden = true;
    look(function () { window.location.replace('/screen'); }, function () {
      setTimeout(leave, between([5000, 15000]));
    });
  }

  function compare(screen) {
    if (String(screen.version) !== wall.dataset.version) {
      renew('version ' + screen.build + ' ' + screen.version, 0);
    } else if (screen.build !== wall.dataset.build) {
      renew('build ' + screen.build, UPGRADE_MS);
    } else if (isNewDay) {
      renew('day ' + today, 0);
    }
  }

  /* ── What is heard ──────────────────────────────────────────────── */

  var link = window.connectScreen(wall, {
    clock: function (seconds) {
      if (seconds > 0) { base = seconds; start = Date.now(); }
    },
    online: function (is) { isOnline = is; judge(); },
    screen: compare,
    gone: leave,
    slide: draw
  });

  function draw(fresh) {
    var slide = find(fresh.key);
    /* One that could not be drawn when the page was made. */
    if (!slide) { renew('slide ' + fresh.key, MISSING_MS); return; }
    Object.keys(fresh.parts).forEach(function (name) {
      var part = slide.querySelector('[data-part="' + name + '"]');
      if (part && part.innerHTML !== fresh.parts[name]) { part.innerHTML = fresh.parts[name]; }
    });
    slide.dataset.asOf = fresh.as_of;
    slide.dataset.stale = fresh.stale;
    slide.dataset.expires = fresh.expires || '';
    if (fresh.is_idle) { slide.dataset.idle = ''; } else { delete slide.dataset.idle; }
    set(slide.querySelector('[data-title]'), fresh.title);
    set(slide.querySelector('[data-fresh]'), fresh.fresh);
    judge();
  }

  /* ── How old it is ──────────────────────────────────────────────── */

  function judge() {
    slides.forEach(function (slide) {
      var isDead = Number(slide.dataset.expires) > 0 && now() > Number(slide.dataset.expires) + DEAD_S;
      var isOld = isDead || now() - Number(slide.dataset.asOf) > STALE_S;
      slide.classList.toggle('slide--dead', isDead);
      each(slide, '[data-fresh]', function (t) { t.hidden = isOld; });
      each(slide, '[data-old]', function (t) { t.hidden = !isOld; });
      set(slide.querySelector('[data-old-text]'), slide.dataset.stale);
      each(slide, '[data-old-online]', function (t) { t.hidden = !isOnline; });
      each(slide, '[data-old-offline]', function (t) { t.hidden = isOnline; });
      each(slide, '[data-rule]', function (t) { t.hidden = isOld && !isOnline; });
      each(slide, '[data-offline]', function (t) { t.hidden = !isOld || isOnline; });
    });
  }

  /* ── One after the other ────────────────────────────────────────── */

  function turn() {
    var next = current;
    do {
      next = (next + 1) % slides.length;
    } while (next !== current && 'idle' in slides[next].dataset);
    if (next !== current) {
      slides[current].classList.remove('slide--on');
      slides[next].classList.add('slide--on');
      current = next;
    }
    since = Date.now();
  }

  function rotate() {
    var isIdle = 'idle' in slides[current].dataset;
    var seconds = Number(slides[current].dataset.seconds);
    if (isIdle || Date.now() - since >= seconds * 1000) { turn(); }
  }

  /* ── A code and the seconds it has left ─────────────────────────── */

  var askedFor = '';

  function count() {
    slides.forEach(function (slide) {
      var frame = slide.querySelector('[data-ring]');
      if (!frame) { return; }
      var expires = Number(slide.dataset.expires);
      var left = expires ? Math.max(0, Math.ceil(expires - now())) : 0;
      var period = Number(frame.dataset.ring);
      frame.querySelector('.left').setAttribute('stroke-dasharray', Math.min(left, period) + ' ' + period);
      frame.classList.toggle('code__frame--none', !expires);
      /* The next one comes by itself; where it does not, it is asked for, once. */
      if (expires && now() > expires + 2 && askedFor !== slide.dataset.expires) {
        askedFor = slide.dataset.expires;
        link.ask();
      }
    });
  }

  /* ── The clock runs on, whatever the line does ──────────────────── */

  var clock = wall.querySelector('[data-clock]');
  var shown = clock && /^(\d+):(\d+)$/.exec(clock.textContent.trim());
  var minute = base - base % 60;
  var zone = shown ? Number(shown[1]) * 3600 + Number(shown[2]) * 60 - minute % 86400 : 0;
  var today = Math.floor((base + zone) / 86400);

  function tell() {
    var at = Math.floor(now() + zone);
    /* A new day has a new date; the server writes it. */
    isNewDay = Math.floor((at - lateBy) / 86400) > today;
    at = at % 86400;
    var minutes = Math.floor(at / 60) % 60;
    var text = Math.floor(at / 3600) + ':' + (minutes < 10 ? '0' : '') + minutes;
    each(wall, '[data-clock]', function (t) { set(t, text); });
  }

  setInterval(function () {
    tell();
    judge();
    count();
    if (slides.length > 1) { rotate(); }
  }, TICK_MS);
  judge();
  count();
}());
