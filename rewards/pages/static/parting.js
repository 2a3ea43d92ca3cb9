/*
 * What a page says while it closes: `window.sayLast(address, csrf, body)`. A
 * service worker says it for the page, because what a page under a worker
 * fetches itself may end with the page, kept alive or not. Chromium 78.
 */
window.sayLast = function (address, csrf, body) {
  'use strict';

  var said = { what: 'say', address: address, csrf: csrf, body: JSON.stringify(body) };
  var worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  /* Where ours could not be registered the phone's may stand, which says nothing for others. */
  if (worker && /\/console\/sw\.js$/.test(worker.scriptURL)) {
    worker.postMessage(said);
    return;
  }
  window.fetch(address, {
    method: 'POST', credentials: 'same-origin', keepalive: true,
    headers: {
      Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrf
    },
    body: said.body
  }).catch(function () { /* nobody is left to tell */ });
};
