/*
 * A screen that waits to be paired: it asks whether it was, and takes a new
 * code when its code has expired. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var wall = document.querySelector('[data-pair]');
  if (!wall || !window.fetch) { return; }
  var ASK_MS = 3000;
  var AGAIN_MS = 60000;
  var until = Date.now() + Number(wall.dataset.left) * 1000;
  var form = document.querySelector('[data-pair-start]');
  var offline = document.querySelector('[data-offline]');

  /* Only when the page can be had: one that cannot be loaded does not come back by itself. */
  function look(found, missed) {
    fetch('/screen', { credentials: 'same-origin', cache: 'no-store' }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      found();
    }).catch(missed);
  }

  function reload() { window.location.replace('/screen'); }

  if (form) {
    if (document.cookie.indexOf('pair_tried=') < 0) {
      /* Without cookies it would come back here, and start over without end. */
      document.cookie = 'pair_tried=1; max-age=5; path=/screen; SameSite=Lax';
      form.submit();
    } else {
      (function again() {
        setTimeout(function () { look(function () { form.submit(); }, again); }, 10000 + Math.random() * 10000);
      }());
    }
    return;
  }

  function ask() {
    fetch('/screen/pairing.json', {
      headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store'
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (state) {
      offline.hidden = true;
      if (state.is_paired || Date.now() >= until) { look(reload, function () { offline.hidden = false; }); }
    }).catch(function () {
      offline.hidden = false;
    });
  }

  setInterval(ask, ASK_MS);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) { ask(); } });
  (function renew() {
    setTimeout(function () { look(reload, renew); }, Math.max(until - Date.now(), 0) + AGAIN_MS);
  }());
}());
