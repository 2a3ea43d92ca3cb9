/* Which gates this tablet keeps, on the page that stands for those it does not. */
(function () {
  'use strict';

  var list = document.querySelector('[data-kept]');
  var store = window.offlineStore;
  if (!list || !window.caches || !store || !store.isPossible()) { return; }

  /* This page stands for another, which is the one to try again. */
  if (window.location.pathname !== '/console/offline') {
    document.querySelector('[data-again]').href = window.location.href;
  }

  window.caches.open('gate-1').then(function (cache) { return cache.keys(); })
    .then(function (requests) {
      var kept = requests.map(function (request) { return new URL(request.url).pathname; });
      return store.devices().then(function (devices) { show(kept, devices); });
    }).catch(function () { /* nothing is kept here */ });

  function show(kept, devices) {
    var titles = {};
    devices.forEach(function (device) {
      if (kept.indexOf(device.page) >= 0) { titles[device.page] = device.title; }
    });
    Object.keys(titles).forEach(function (page) {
      var one = document.importNode(document.querySelector('[data-kept-one]').content, true);
      var link = one.querySelector('a');
      link.href = page;
      link.textContent = titles[page];
      list.appendChild(one);
    });
    list.hidden = !list.children.length;
    document.querySelector('[data-kept-none]').hidden = !list.hidden;
  }
}());
