/* WeChat's scanner on the home page, for a service that has an official account there.
   The button is shown once WeChat has said that it may be used; without it nothing is missing. */
(function () {
  "use strict";
  var place = document.querySelector("[data-wechat-scan]");
  if (!place || !window.fetch) return;

  function configure(wx, key) {
    wx.ready(function () {
      place.hidden = false;
      place.querySelector("button").addEventListener("click", function () {
        // WeChat opens what it read, as it does when somebody scans outside our pages.
        wx.scanQRCode({ needResult: 0, scanType: ["qrCode"] });
      });
    });
    wx.error(function () { place.hidden = true; });
    wx.config({
      debug: false,
      appId: key.appId,
      timestamp: key.timestamp,
      nonceStr: key.nonceStr,
      signature: key.signature,
      jsApiList: ["scanQRCode"]
    });
  }

  // The library was made for bundlers: it leaves what it gives in `module.exports`.
  window.module = { exports: null };
  var library = document.createElement("script");
  library.src = place.getAttribute("data-wechat-scan");
  library.onload = function () {
    var wx = window.module.exports;
    delete window.module;
    if (!wx) return;
    var page = location.href.split("#")[0];
    fetch("/wechat/scan.json?page=" + encodeURIComponent(page), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (key) { if (key) configure(wx, key); })
      .catch(function () { place.hidden = true; });
  };
  document.head.appendChild(library);
})();
