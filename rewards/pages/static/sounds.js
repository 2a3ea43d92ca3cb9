/*
 * Three answers that nobody mixes up with their back to the screen: done
 * rises, already repeats itself, refused is long and low. All below 1.4 kHz,
 * where old ears hear. A page may be muted; the tablet remembers it.
 *
 *   playSound(kind)      done already refused kept
 *   muteSound(isMuted)   isMuted left out: tells whether it is
 */
(function () {
  'use strict';

  var KEY = 'sounds.muted';
  /* Each note: hertz, when it begins, how long it lasts, its shape. */
  var NOTES = {
    done: [[784, 0, 0.09, 'sine'], [1175, 0.1, 0.2, 'sine']],
    already: [[587, 0, 0.11, 'triangle'], [587, 0.19, 0.11, 'triangle'], [587, 0.38, 0.11, 'triangle']],
    refused: [[185, 0, 0.3, 'square'], [139, 0.3, 0.4, 'square']],
    kept: [[659, 0, 0.1, 'sine'], [523, 0.12, 0.16, 'sine']]
  };
  var BUZZ = { done: 60, already: [60, 80, 60], refused: 400, kept: 60 };
  var Context = window.AudioContext || window.webkitAudioContext;
  var context = null;
  var muted = remembered();

  function remembered() {
    try { return window.localStorage.getItem(KEY) === '1'; } catch (error) { return false; }
  }

  /* A browser lets a page sound only after somebody touched it. */
  function wake() {
    if (!Context) { return; }
    if (!context) { context = new Context(); }
    if (context.state === 'suspended') { context.resume().catch(function () {}); }
  }
  ['pointerdown', 'keydown'].forEach(function (name) {
    document.addEventListener(name, wake, { capture: true, passive: true });
  });

  function play(note) {
    var voice = context.createOscillator();
    var volume = context.createGain();
    var start = context.currentTime + note[1];
    var loud = note[3] === 'square' ? 0.16 : 0.45;
    voice.type = note[3];
    voice.frequency.value = note[0];
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(loud, start + 0.012);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + note[2]);
    voice.connect(volume);
    volume.connect(context.destination);
    voice.start(start);
    voice.stop(start + note[2] + 0.02);
  }

  window.playSound = function (kind) {
    if (muted || !NOTES[kind]) { return; }
    if (navigator.vibrate) { navigator.vibrate(BUZZ[kind]); }
    wake();
    if (context && context.state === 'running') { NOTES[kind].forEach(play); }
  };

  window.muteSound = function (isMuted) {
    if (isMuted !== undefined) {
      muted = isMuted;
      try { window.localStorage.setItem(KEY, muted ? '1' : '0'); } catch (error) { /* this time only */ }
    }
    return muted;
  };
}());
