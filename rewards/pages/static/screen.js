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
  var TICK_MS = 1000;

  /* The server's time, moved on by ours: a TV box's own clock may be anything. */
  var base = Number(wall.dataset.now);
  var start = Date.now();
  var isOnline = true;
  var isNewDay = false;
  /* At midnight the screens load their pages one by one, not all at once. */
  var lateBy = Math.random() * 600;
  var isLeaving = false;
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

  /* Only when the page can be had: one that cannot be loaded shows nothing. */
  function renew() {
    if (isLeaving) { return; }
    isLeaving = true;
    fetch(window.location.href, { credentials: 'same-origin', cache: 'no-store' }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      window.location.reload();
    }).catch(function () { isLeaving = false; });
  }

  /* ── What is heard ──────────────────────────────────────────────── */

  var link = window.connectScreen(wall, {
    clock: function (seconds) {
      if (seconds > 0) { base = seconds; start = Date.now(); }
    },
    online: function (is) { isOnline = is; judge(); },
    screen: function (screen) {
      if (screen.build !== wall.dataset.build || String(screen.version) !== wall.dataset.version || isNewDay) {
        renew();
      }
    },
    gone: function () { window.location.replace('/screen'); },
    slide: draw
  });

  function draw(fresh) {
    var slide = find(fresh.key);
    /* One that could not be drawn when the page was made. */
    if (!slide) { renew(); return; }
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
      var isOld = now() - Number(slide.dataset.asOf) > STALE_S;
      each(slide, '[data-fresh]', function (t) { t.hidden = isOld; });
      each(slide, '[data-old]', function (t) { t.hidden = !isOld; });
      set(slide.querySelector('[data-old-text]'), slide.dataset.stale);
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
