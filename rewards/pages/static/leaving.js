/*
 * Before somebody signs out on a tablet, what it kept without a network is
 * sent; then what they kept is deleted. Scans of a colleague stay, sealed, for
 * the colleague to upload; whoever signs in next finds no page. Chromium 78: no ?. and no ??.
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

  function mine() { return window.offlineStore.rowsOf(form.dataset.keeper); }

  /* True once nothing of theirs waits any more, or the person says that it may be lost. */
  function send() {
    return load(form.dataset.store).then(function () {
      return load(form.dataset.upload);
    }).then(mine).then(function (rows) {
      if (!rows.length) { return true; }
      return window.offlineUploads.state().then(function (state) {
        return window.offlineUploads.run(function () { return null; }, state.keeper);
      }).catch(function () {})
        .then(mine)
        .then(function (left) {
          return !left.length || window.confirm(form.dataset.leaving.replace('{n}', left.length));
        });
    });
  }

  function clear() {
    return window.offlineStore.leave(form.dataset.keeper).then(function (left) {
      if (left) { keepOthers(); }
      mark(left);
      return Promise.all([
        window.caches.delete(CACHE),
        navigator.serviceWorker.getRegistrations().then(function (all) {
          return Promise.all(all.map(function (each) { return each.unregister(); }));
        })
      ]);
    });
  }

  /* Other pages of this tablet hear of it and close their gate. */
  function mark(left) {
    try {
      window.localStorage.removeItem(MARK);
      if (left) { window.localStorage.setItem(MARK, 'others'); }
    } catch (error) { /* there was none */ }
  }

  /* The answer to the form clears the browser, unless it is told that something stays. */
  function keepOthers() {
    var field = document.createElement('input');
    field.type = 'hidden';
    field.name = 'keeps';
    field.value = '1';
    form.appendChild(field);
  }

  function leave() { form.submit(); }

  if (!form) {
    /* The page to sign in: what the one before could see is of no use to the next. */
    if (window.caches) { window.caches.delete(CACHE).catch(function () {}); }
    return;
  }

  form.addEventListener('submit', function (event) {
    if (!kept() || !window.indexedDB || !navigator.serviceWorker) { return; }
    event.preventDefault();
    send().then(function (isDone) {
      return isDone ? clear().then(leave) : null;
    }).catch(function () {
      /* What could not be told apart is not cleared: a colleague's scans may be among it. */
      keepOthers();
      leave();
    });
  });
}());
