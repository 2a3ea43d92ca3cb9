/* Has the phone keep the page that it shows when the network is gone. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!navigator.serviceWorker || !script) return;
  navigator.serviceWorker.register(script.getAttribute("data-worker"), { scope: "/" }).catch(function () {
    // Not everywhere: the browser shows its own page then.
  });
})();
