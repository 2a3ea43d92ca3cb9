/*
 * Before somebody signs out on a tablet, what it kept without a network is
 * sent; then everything that it kept is deleted. Whoever signs in next finds
 * no page of theirs. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var CACHE = 'gate-1';
  var MARK = 'gate.kept';
  var form = document.querySelector('[data-leaving]');

  function kept() {
    try { return window.localStorage.getItem(MARK); } catch (error) { return null; }
  }

  function load(address) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    });
  }

  /* True once nothing waits any more, or the person says that it may be lost. */
  function send() {
    return load(form.dataset.store).then(function () {
      return load(form.dataset.upload);
    }).then(function () {
      return window.offlineStore.rows();
    }).then(function (rows) {
      if (!rows.length) { return true; }
      return window.offlineUploads.state().then(function (state) {
        return window.offlineUploads.run(function () { return null; }, state.keeper);
      }).catch(function () {})
        .then(function () { return window.offlineStore.rows(); })
        .then(function (left) {
          return !left.length || window.confirm(form.dataset.leaving.replace('{n}', left.length));
        });
    });
  }

  function clear() {
    /* Other pages of this tablet hear of it and close their gate. */
    try { window.localStorage.removeItem(MARK); } catch (error) { /* there was none */ }
    return Promise.all([
      window.offlineStore.wipe(),
      window.caches.delete(CACHE),
      navigator.serviceWorker.getRegistrations().then(function (all) {
        return Promise.all(all.map(function (each) { return each.unregister(); }));
      })
    ]);
  }

  if (!form) {
    /* The page to sign in: what the one before could see is of no use to the next. */
    if (window.caches) { window.caches.delete(CACHE).catch(function () {}); }
    return;
  }

  form.addEventListener('submit', function (event) {
    if (!kept() || !window.indexedDB || !navigator.serviceWorker) { return; }
    event.preventDefault();
    send().then(function (isDone) {
      if (isDone) {
        return clear().catch(function () {}).then(function () { form.submit(); });
      }
      return null;
    }).catch(function () { form.submit(); });
  });
}());
