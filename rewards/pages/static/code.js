/*
 * The rotating code of an occasion, on the desk and on the wall: when it
 * expires, the next one is fetched and swapped in. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var frame = document.querySelector('[data-code]');
  if (!frame || !window.fetch) { return; }
  var RETRY_MS = 3000;
  var waiting = null;

  function each(selector, change) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), change);
  }

  function show(code) {
    if (code.build && frame.dataset.build && code.build !== frame.dataset.build) {
      window.location.reload();
      return;
    }
    var old = frame.querySelector('.qr');
    if (old && code.svg) {
      var box = document.createElement('div');
      box.innerHTML = code.svg;
      old.parentNode.replaceChild(box.firstChild, old);
    }
    each('[data-digits]', function (t) { t.textContent = code.digits; });
    each('[data-people]', function (t) { t.textContent = code.people; });
    each('[data-offline]', function (t) { t.hidden = true; });
    frame.dataset.countdown = code.left;
    frame.dispatchEvent(new CustomEvent('code:renewed'));
    if (code.is_over) { window.location.reload(); }
  }

  function fetchCode() {
    clearTimeout(waiting);
    fetch(frame.dataset.code, {
      headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store'
    }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
        window.location.reload();
        return null;
      }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (code) {
      if (code) { show(code); }
    }).catch(function () {
      /* Keep counting, keep the digits, and say that the line is down. */
      each('[data-offline]', function (t) { t.hidden = false; });
      waiting = setTimeout(fetchCode, RETRY_MS);
    });
  }

  frame.addEventListener('code:expired', fetchCode);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden) { fetchCode(); }
  });
  /* Between two codes the count of people grows too. */
  if (frame.dataset.every) { setInterval(fetchCode, Number(frame.dataset.every) * 1000); }
}());
