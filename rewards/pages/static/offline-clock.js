/*
 * The time since a page was loaded, by both clocks of a tablet: in milliseconds,
 * at `least` and at `most`. `window.offlineClock`; Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var JUMP_MS = 2000;
  var base = null;

  /* Go on from where the clocks of the page stood, *tick* being that moment here. */
  function begin(least, jump, tick) {
    base = { least: least, jump: jump, tick: tick, wall: Date.now() };
  }

  /* The one clock nobody can set, but it stops while the tablet sleeps; the other tells so. */
  function read(tick) {
    var now = window.performance.now();
    var since = now - base.tick;
    var ahead = Date.now() - base.wall - since;
    var least = base.least + (tick === undefined ? since : Math.max(0, tick - base.tick));
    return {
      least: Math.round(least),
      most: Math.round(least + base.jump + (ahead > JUMP_MS ? ahead : 0))
    };
  }

  window.offlineClock = { begin: begin, read: read };
}());
