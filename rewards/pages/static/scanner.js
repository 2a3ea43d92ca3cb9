/*
 * Reads codes: through the camera, or from a photo. For any page of the
 * console that has a scanner; the page must allow the camera.
 *
 *   startScanner(video, onText, options) -> {stop, turn, light, hasLight}
 *     onText(text) is called for every picture in which a code is seen.
 *     options.facing: 'environment' (the default) or 'user';
 *     options.onState(state, trouble): 'on', 'off', or 'trouble' with one of
 *     insecure denied none in-use lost no-reader.
 *   readPhoto(file) -> Promise of the text, empty if there is no code in it.
 *
 * The browser's own reader is asked first where there is one; else ours,
 * which is fetched only then. Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var READER = document.currentScript.dataset.reader;
  var WASM = document.currentScript.dataset.wasm;
  /* More than this tells a reader nothing and costs a slow tablet time. */
  var SIDE_MAX = 960;
  var PHOTO_SIDE_MAX = 1920;
  var PAUSE_MS = 90;
  /* A browser's own reader that fails so often in a row is given up. */
  var FAILURES_MAX = 3;
  var TROUBLES = {
    NotAllowedError: 'denied', SecurityError: 'denied',
    NotFoundError: 'none', OverconstrainedError: 'none',
    NotReadableError: 'in-use', AbortError: 'in-use'
  };
  var ours = null;

  function loadOurs() {
    if (!ours) {
      ours = new Promise(function (resolve, reject) {
        var script = document.createElement('script');
        script.src = READER;
        script.onload = resolve;
        script.onerror = function () { reject(new Error('no-reader')); };
        document.head.appendChild(script);
      }).then(function () {
        return window.ZXingWASM.prepareZXingModule({
          overrides: { locateFile: function () { return WASM; } }, fireImmediately: true
        });
      }).then(function () { return readWithOurs; });
      /* Without a line now, perhaps with one later. */
      ours.catch(function () { ours = null; });
    }
    return ours;
  }

  function loadNative() {
    if (!window.BarcodeDetector) { return Promise.resolve(null); }
    return window.BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf('qr_code') < 0) { return null; }
      var detector = new window.BarcodeDetector({ formats: ['qr_code'] });
      return function (source) {
        return detector.detect(source).then(function (found) {
          return nearest(found.map(function (each) {
            return { text: each.rawValue, size: each.boundingBox.width * each.boundingBox.height };
          }));
        });
      };
    }).catch(function () { return null; });
  }

  /* Several codes in one picture: the one held closest is meant, not the
     poster on the wall behind. */
  function nearest(found) {
    return found.reduce(function (best, each) {
      return each.text && each.size > best.size ? each : best;
    }, { text: '', size: -1 }).text;
  }

  function sizeOf(position) {
    var a = position.topLeft, b = position.topRight, c = position.bottomRight;
    var d = position.bottomLeft;
    return Math.abs((a.x - c.x) * (b.y - d.y) - (b.x - d.x) * (a.y - c.y)) / 2;
  }

  function readWithOurs(source, sideMax) {
    var picture = draw(source, sideMax || SIDE_MAX);
    if (!picture) { return Promise.resolve(''); }
    return window.ZXingWASM.readBarcodes(picture, {
      formats: ['QRCode'], tryHarder: true, tryInvert: true, maxNumberOfSymbols: 4
    }).then(function (found) {
      return nearest(found.filter(function (each) { return each.isValid; }).map(function (each) {
        return { text: each.text, size: sizeOf(each.position) };
      }));
    });
  }

  var canvas = null;

  function draw(source, sideMax) {
    var width = source.videoWidth || source.width;
    var height = source.videoHeight || source.height;
    if (!width || !height) { return null; }
    var scale = Math.min(1, sideMax / Math.max(width, height));
    if (!canvas) { canvas = document.createElement('canvas'); }
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    var pen = canvas.getContext('2d', { willReadFrequently: true });
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  function openCamera(facing) {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      return Promise.reject(new Error(window.isSecureContext ? 'none' : 'insecure'));
    }
    return navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } }
    }).catch(function (error) { throw new Error(TROUBLES[error.name] || 'none'); });
  }

  window.startScanner = function (video, onText, options) {
    var facing = (options && options.facing) || 'environment';
    var tell = (options && options.onState) || function () {};
    var stream = null, read = null, wake = null, run = 0, failures = 0, isLit = false;

    function begin() {
      var mine = run += 1;
      openCamera(facing).then(function (opened) {
        if (mine !== run) { release(opened); return null; }
        stream = opened;
        opened.getVideoTracks()[0].addEventListener('ended', function () {
          if (mine === run) { fail(new Error('lost')); }
        });
        video.srcObject = opened;
        video.classList.toggle('is-mirrored', facing === 'user');
        stayAwake();
        return video.play().then(function () { return loadNative(); }).then(function (native) {
          return native || loadOurs();
        }).then(function (reader) {
          if (mine !== run) { return; }
          read = reader;
          tell('on');
          look(mine);
        });
      }).catch(function (error) {
        if (mine === run) { fail(error); }
      });
    }

    function look(mine) {
      if (mine !== run) { return; }
      var began = Date.now();
      var seen = document.hidden || video.readyState < 2 ? Promise.resolve('') : read(video);
      seen.then(function (text) {
        failures = 0;
        if (text && mine === run) { onText(text); }
      }, function () {
        failures += 1;
        if (failures < FAILURES_MAX || read === readWithOurs) { return null; }
        return loadOurs().then(function (reader) { read = reader; });
      }).catch(function () {}).then(function () {
        /* As long a pause as the reading took: the page must stay quick. */
        setTimeout(function () { look(mine); }, Math.max(PAUSE_MS, Date.now() - began));
      });
    }

    function fail(error) {
      var known = /^(insecure|denied|none|in-use|lost|no-reader)$/.test(error.message);
      close();
      tell('trouble', known ? error.message : 'no-reader');
    }

    function close() {
      run += 1;
      if (stream) { release(stream); }
      stream = null;
      isLit = false;
      video.srcObject = null;
      if (wake) { wake.release().catch(function () {}); }
      wake = null;
    }

    function stayAwake() {
      if (!navigator.wakeLock || wake || !stream || document.hidden) { return; }
      navigator.wakeLock.request('screen').then(function (lock) {
        if (!stream) { lock.release(); return; }
        wake = lock;
        /* Taken away whenever the page is put aside. */
        lock.addEventListener('release', function () { wake = null; });
      }).catch(function () {});
    }
    document.addEventListener('visibilitychange', stayAwake);

    function track() { return stream ? stream.getVideoTracks()[0] : null; }

    function hasLight() {
      var can = track() && track().getCapabilities ? track().getCapabilities() : {};
      return Boolean(can.torch);
    }

    begin();
    return {
      stop: function () {
        document.removeEventListener('visibilitychange', stayAwake);
        close();
        tell('off');
      },
      turn: function () {
        facing = facing === 'user' ? 'environment' : 'user';
        close();
        begin();
        return facing;
      },
      hasLight: hasLight,
      light: function () {
        isLit = !isLit && hasLight();
        if (track()) {
          track().applyConstraints({ advanced: [{ torch: isLit }] }).catch(function () {});
        }
        return isLit;
      }
    };
  };

  function release(stream) {
    stream.getTracks().forEach(function (track) { track.stop(); });
  }

  window.readPhoto = function (file) {
    return Promise.all([loadNative(), pictureOf(file)]).then(function (both) {
      var native = both[0], picture = both[1];
      return (native ? native(picture).catch(function () { return ''; }) : Promise.resolve(''))
        .then(function (text) {
          return text || loadOurs().then(function () {
            return readWithOurs(picture, PHOTO_SIDE_MAX);
          });
        });
    });
  };

  function pictureOf(file) {
    if (window.createImageBitmap) { return window.createImageBitmap(file); }
    return new Promise(function (resolve, reject) {
      var reader = new FileReader();
      reader.onload = function () {
        var image = new Image();
        image.onload = function () { resolve(image); };
        image.onerror = reject;
        image.src = reader.result;
      };
      reader.onerror = reject;
      reader.readAsDataURL(file);
    });
  }
}());
