/*
 * The banner of a gate without a network: how many scans wait, how long, and
 * what to do; and what the gate says of a scan by itself. `window.offlineBanner`;
 * Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var banner = document.querySelector('[data-offline-desk]');
  if (!banner) { return; }

  var LATE_MS = 20 * 60 * 60 * 1000;
  var SAID_MS = 20000;

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_whole, name) {
      return values && name in values ? values[name] : '';
    });
  }

  function word(name, values) {
    return fill(banner.querySelector('[data-word="' + name + '"]').textContent, values);
  }

  /* What the gate answers to a scan by itself. */
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

  /*
   * *now* is what is known: how many are `waiting` and how old the oldest is
   * (`age`), `isOffline`, `isSignedOut`, the `trouble` of the last upload, how many are `lost`
   * or wait `toSettle`, how many were `done` and when that was `said`.
   */
  function show(now) {
    var name = choose(now);
    banner.hidden = !name;
    banner.dataset.state = name;
    banner.dataset.waiting = now.waiting;
    if (!name) { return; }
    var numbers = { lost: now.lost, settle: now.toSettle, sent: now.done };
    var values = { n: name in numbers ? numbers[name] : now.waiting, age: tellAge(now.age) };
    Array.prototype.forEach.call(banner.querySelectorAll('[data-state-words]'), function (each) {
      each.hidden = each.dataset.stateWords !== name;
      Array.prototype.forEach.call(each.querySelectorAll('[data-text]'), function (part) {
        var text = fill(part.dataset.text, values);
        /* A text that is set again is read out again. */
        if (part.textContent !== text) { part.textContent = text; }
      });
    });
  }

  function choose(now) {
    if (now.lost && !now.waiting) { return 'lost'; }
    if (now.waiting) { return chooseWaiting(now); }
    if (now.isOffline) { return 'offline'; }
    if (now.isSignedOut) { return 'locked'; }
    if (now.toSettle) { return 'settle'; }
    return Date.now() - now.said < SAID_MS ? 'sent' : '';
  }

  function chooseWaiting(now) {
    if (now.trouble && now.trouble.code === 'gate-of-another') { return 'foreign'; }
    if (now.trouble && now.trouble.message === '401') { return 'signed-out'; }
    if (now.age > LATE_MS) { return 'late'; }
    if (now.isOffline) { return 'waiting'; }
    return now.trouble ? 'trouble' : 'sending';
  }

  function tellAge(age) {
    var minutes = Math.floor(age / 60000);
    if (minutes < 1) { return word('now'); }
    return minutes < 60 ? word('minutes', { n: minutes })
      : word('hours', { n: Math.floor(minutes / 60) });
  }

  window.offlineBanner = { root: banner, say: say, show: show, word: word };
}());
