/*
 * Keeps the code of a card the newest one while somebody looks at it. Without
 * it the page works as well: its button brings the next code.
 * Written for Chromium 78: no optional chaining, no ?? and no modules.
 */
(function () {
  'use strict';

  var RETRY_SECONDS = 3;
  var frame = document.querySelector('[data-card]');
  if (!frame) { return; }
  var note = document.querySelector('[data-card-old]');
  var timer = 0;

  function wait(seconds) {
    clearTimeout(timer);
    timer = setTimeout(renew, seconds * 1000);
  }

  function renew() {
    clearTimeout(timer);
    /* Nobody shows a page that lies behind another one. */
    if (document.hidden) { return; }
    fetch(frame.dataset.card, {
      headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store', redirect: 'error'
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (code) {
      frame.innerHTML = code.svg;
      if (note) { note.hidden = true; }
      wait(code.left);
    }).catch(function () {
      if (note) { note.hidden = false; }
      wait(RETRY_SECONDS);
    });
  }

  document.addEventListener('visibilitychange', renew);
  /* The page may come out of the memory of the browser, hours later. */
  window.addEventListener('pageshow', function (event) { if (event.persisted) { renew(); } });
  wait(Number(frame.dataset.left));
}());
