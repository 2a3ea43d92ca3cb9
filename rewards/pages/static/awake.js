/*
 * Keeps the screen of the leader's phone lit while the code is on it, where the
 * browser can, and says where it cannot. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  function show(name, isShown) {
    var text = document.querySelector('[data-' + name + ']');
    if (text) { text.hidden = !isShown; }
  }

  function tell(isAwake) {
    show('awake', isAwake);
    show('asleep', !isAwake);
  }

  function hold() {
    if (document.hidden) { return; }
    if (!navigator.wakeLock) { tell(false); return; }
    navigator.wakeLock.request('screen').then(function (lock) {
      tell(true);
      /* The phone takes it back when the page is left. */
      lock.addEventListener('release', function () { tell(false); });
    }).catch(function () { tell(false); });
  }

  document.addEventListener('visibilitychange', hold);
  hold();
}());
