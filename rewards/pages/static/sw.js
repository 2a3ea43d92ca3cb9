/*
 * The service worker of the console. It keeps the gate pages that were opened,
 * with what they are made of, until others are opened on another day, and
 * nothing else: every other page is about now. Without a network it shows a kept gate, or the page that says so.
 * Chromium 78.
 */
'use strict';

var CACHE = 'gate-1';
var GATE = /^\/console\/occasions\/[0-9a-f-]{36}\/gate$/;
var OFFLINE = '/console/offline';
var KEPT_AT = 'X-Kept-At';
var KEPT_MS = 24 * 60 * 60 * 1000;
var ANSWER_MS = 4000;

self.addEventListener('install', function () { self.skipWaiting(); });

self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name === CACHE ? null : caches.delete(name);
    }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener('message', function (event) {
  var asked = event.data || {};
  if (asked.what === 'keep') { event.waitUntil(keep(asked, event.ports[0])); }
  if (asked.what === 'say') { event.waitUntil(say(asked)); }
});

/* A gate tells what it is made of as soon as it may go on without a network. */
function keep(asked, port) {
  return caches.open(CACHE).then(function (cache) {
    return Promise.all(asked.pages.concat(OFFLINE).map(function (page) {
      return keepPage(cache, page);
    }).concat(asked.assets.map(function (asset) { return keepAsset(cache, asset); })))
      .then(function (kept) { return sweep(cache, kept); });
  }).then(function () {
    if (port) { port.postMessage('kept'); }
  }, function () {
    if (port) { port.postMessage('not kept'); }
  });
}

/* A page that closes leaves its last word here: see parting.js. */
function say(said) {
  return fetch(said.address, {
    method: 'POST', credentials: 'same-origin',
    headers: {
      Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': said.csrf
    },
    body: said.body
  }).catch(function () { /* its page is gone: nobody is left to tell */ });
}

self.addEventListener('fetch', function (event) {
  var request = event.request;
  var address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) { return; }
  if (request.mode === 'navigate') {
    if (address.pathname.indexOf('/console') === 0) { event.respondWith(show(request, address)); }
  } else if (address.pathname.indexOf('/static/') === 0) {
    /* Its address changes with its content, so what was kept is never old. */
    event.respondWith(caches.match(request).then(function (kept) {
      return kept || fetch(request);
    }));
  }
});

function show(request, address) {
  var asked = fetch(request);
  var isGate = GATE.test(address.pathname);
  return (isGate ? recall(keyOf(address)) : Promise.resolve(null)).then(function (kept) {
    if (kept) { return inTime(asked).catch(function () { return kept; }); }
    return asked.catch(function () {
      return recall(OFFLINE).then(function (page) { return page || Response.error(); });
    });
  });
}

/* Coming and leaving are two pages; at which gate, the page reads from its address. */
function keyOf(address) {
  var isOut = address.searchParams.get('direction') === 'out';
  return address.pathname + '?direction=' + (isOut ? 'out' : 'in');
}

/* Where a page is kept, nobody at the door waits for a slow line, or one that is busy. */
function inTime(asked) {
  return new Promise(function (resolve, reject) {
    setTimeout(function () { reject(new Error('late')); }, ANSWER_MS);
    asked.then(function (response) {
      if (response.status > 501) { throw new Error('unavailable'); }
      return response;
    }).then(resolve, reject);
  });
}

function keepPage(cache, path) {
  var address = new URL(path, self.location.origin);
  var key = path === OFFLINE ? path : keyOf(address);
  return fetch(path, { credentials: 'same-origin', redirect: 'error', cache: 'no-store' })
    .then(function (response) {
      if (!response.ok) { throw new Error('not kept'); }
      return stamp(response);
    }).then(function (kept) { return cache.put(key, kept); })
    .then(function () { return key; });
}

function keepAsset(cache, address) {
  return cache.match(address).then(function (kept) { return kept || cache.add(address); })
    .then(function () { return address; });
}

/* Pages of another day go, and what only they were made of. */
function sweep(cache, kept) {
  return cache.keys().then(function (requests) {
    return Promise.all(requests.map(function (request) {
      var address = new URL(request.url);
      var isPage = address.pathname.indexOf('/static/') !== 0;
      var isOurs = kept.indexOf(address.pathname + address.search) >= 0;
      return isOurs ? null : { request: request, isPage: isPage };
    }));
  }).then(function (others) {
    return Promise.all(others.filter(Boolean).map(function (each) {
      if (!each.isPage) { return each; }
      return cache.match(each.request).then(function (page) {
        /* Another page may have swept it meanwhile. */
        var keptAt = page ? Number(page.headers.get(KEPT_AT)) : 0;
        each.isFresh = Math.abs(Date.now() - keptAt) < KEPT_MS;
        return each;
      });
    }));
  }).then(function (others) {
    var isNeeded = others.some(function (each) { return each.isFresh; });
    return Promise.all(others.map(function (each) {
      return each.isFresh || (isNeeded && !each.isPage) ? null : cache.delete(each.request);
    }));
  });
}

/* The page as it came, with its policies, and when that was by this clock. */
function stamp(response) {
  return response.blob().then(function (body) {
    var headers = new Headers(response.headers);
    headers.set(KEPT_AT, String(Date.now()));
    return new Response(body, { status: 200, headers: headers });
  });
}

/* However old by this clock, which somebody may just have put right: it names nobody. */
function recall(path) {
  return caches.open(CACHE).then(function (cache) { return cache.match(path); });
}
