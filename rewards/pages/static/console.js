/* Whoever works in any tab of the console is there: a desk in another one does not lock. */
(function () {
  'use strict';

  function touch() {
    try { window.localStorage.setItem('console.active', Date.now()); } catch (error) { return; }
  }
  ['pointerdown', 'keydown', 'input'].forEach(function (name) {
    document.addEventListener(name, touch, true);
  });
}());

/* The console's clock runs on the server's time, whatever the tablet's says. */
(function () {
  'use strict';

  var clock = document.querySelector('[data-clock]');
  if (!clock) { return; }
  var start = Date.now();
  var shown = /^(\d+):(\d+)$/.exec(clock.textContent.trim());
  if (!shown) { return; }
  var seconds = Number(shown[1]) * 3600 + Number(shown[2]) * 60 + Number(clock.dataset.now) % 60;

  setInterval(function () {
    var at = Math.floor(seconds + (Date.now() - start) / 1000) % 86400;
    var minutes = Math.floor(at / 60) % 60;
    clock.textContent = Math.floor(at / 3600) + ':' + (minutes < 10 ? '0' : '') + minutes;
  }, 5000);

  /* What cannot be done without a network says so while there is none. */
  function tellOffline() {
    Array.prototype.forEach.call(document.querySelectorAll('[data-online-only]'), function (each) {
      each.hidden = navigator.onLine;
    });
  }
  window.addEventListener('online', tellOffline);
  window.addEventListener('offline', tellOffline);
  tellOffline();

  /* A printed slip: the button is of no use without script, so it comes with it. */
  Array.prototype.forEach.call(document.querySelectorAll('[data-print]'), function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
}());
