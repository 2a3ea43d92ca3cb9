/*
 * What a tablet keeps without a network: scans, encrypted with a key that no
 * script can read, in the order of their numbers, each signed with the key of
 * its page. `window.offlineStore`; Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var NAME = 'gates';
  var ROWS = 'rows';
  var DEVICES = 'devices';
  var KEYS = 'keys';
  var DAY_MS = 24 * 60 * 60 * 1000;
  var opened = null;

  function isPossible() {
    return Boolean(window.indexedDB && window.crypto && window.crypto.subtle && window.Promise);
  }

  function open() {
    if (!opened) {
      opened = new Promise(function (resolve, reject) {
        var asking = window.indexedDB.open(NAME, 1);
        asking.onupgradeneeded = function () {
          asking.result.createObjectStore(KEYS);
          asking.result.createObjectStore(DEVICES, { keyPath: 'id' });
          asking.result.createObjectStore(ROWS, { keyPath: ['device', 'sequence'] });
        };
        asking.onsuccess = function () {
          asking.result.onversionchange = function () { asking.result.close(); opened = null; };
          resolve(asking.result);
        };
        asking.onerror = function () { opened = null; reject(asking.error); };
      });
    }
    return opened;
  }

  /* Run *work* on stores in one transaction; what it asked for last is the answer. */
  function transact(names, mode, work) {
    return open().then(function (db) {
      return new Promise(function (resolve, reject) {
        var unit = db.transaction(names, mode);
        var asked = work(unit);
        unit.oncomplete = function () { resolve(asked ? asked.result : undefined); };
        unit.onabort = unit.onerror = function () { reject(unit.error || new Error('not kept')); };
      });
    });
  }

  function all(name) {
    return transact([name], 'readonly', function (unit) { return unit.objectStore(name).getAll(); });
  }

  function put(name, value) {
    return transact([name], 'readwrite', function (unit) { unit.objectStore(name).put(value); });
  }

  /* ── Keys ────────────────────────────────────────────────────── */

  function bytesOf(hex) {
    return new Uint8Array(hex.match(/../g).map(function (pair) { return parseInt(pair, 16); }));
  }

  function hexOf(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join('');
  }

  function signingKey(hex) {
    var how = { name: 'HMAC', hash: 'SHA-256' };
    return window.crypto.subtle.importKey('raw', bytesOf(hex), how, false, ['sign']);
  }

  function boxKey() {
    return transact([KEYS], 'readonly', function (unit) {
      return unit.objectStore(KEYS).get(ROWS);
    }).then(function (key) {
      if (key) { return key; }
      var how = { name: 'AES-GCM', length: 256 };
      return window.crypto.subtle.generateKey(how, false, ['encrypt', 'decrypt'])
        .then(function (made) {
          /* Another page may have been quicker; its key is the one. */
          return transact([KEYS], 'readwrite', function (unit) {
            unit.objectStore(KEYS).add(made, ROWS).onerror = function (event) {
              event.preventDefault();
              event.stopPropagation();
            };
            return unit.objectStore(KEYS).get(ROWS);
          });
        });
    });
  }

  function seal(key, value) {
    var iv = window.crypto.getRandomValues(new Uint8Array(12));
    var text = new TextEncoder().encode(JSON.stringify(value));
    return window.crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, key, text)
      .then(function (box) { return { iv: iv, box: box }; });
  }

  function unseal(key, row) {
    return window.crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, key, row.box)
      .then(function (text) { return JSON.parse(new TextDecoder().decode(text)); });
  }

  function sign(device, scan) {
    var text = [
      device.id, scan.sequence, scan.least, scan.most, scan.direction, scan.gate, scan.raw
    ].join('\n');
    return window.crypto.subtle.sign('HMAC', device.key, new TextEncoder().encode(text))
      .then(hexOf);
  }

  /* ── Scans ───────────────────────────────────────────────────── */

  /* Keep a scan under the next number of its device, and where the device's clock stands. */
  function keep(device, scan) {
    return Promise.all([boxKey(), sign(device, scan)]).then(function (both) {
      scan.signature = both[1];
      return seal(both[0], scan);
    }).then(function (box) {
      return transact([ROWS, DEVICES], 'readwrite', function (unit) {
        unit.objectStore(ROWS).add({
          device: device.id, sequence: scan.sequence, wall: Date.now(), iv: box.iv, box: box.box
        });
        unit.objectStore(DEVICES).put(device);
      });
    });
  }

  /* The kept scans of a device in their order; one that cannot be read is left out. */
  function listScans(deviceId, limit) {
    return Promise.all([boxKey(), all(ROWS)]).then(function (both) {
      var mine = both[1].filter(function (row) { return row.device === deviceId; });
      return Promise.all(mine.slice(0, limit || mine.length).map(function (row) {
        return unseal(both[0], row).catch(function () { return null; });
      }));
    }).then(function (scans) { return scans.filter(Boolean); });
  }

  function remove(deviceId, sequences) {
    return transact([ROWS], 'readwrite', function (unit) {
      sequences.forEach(function (sequence) {
        unit.objectStore(ROWS).delete([deviceId, sequence]);
      });
    });
  }

  /* Delete what is older than a day, and devices that keep nothing and are not *current*. */
  function forget(current) {
    return Promise.all([all(ROWS), all(DEVICES)]).then(function (both) {
      var old = both[0].filter(function (row) { return Date.now() - row.wall > DAY_MS; });
      var holding = {};
      both[0].forEach(function (row) {
        if (old.indexOf(row) < 0) { holding[row.device] = true; }
      });
      return transact([ROWS, DEVICES], 'readwrite', function (unit) {
        old.forEach(function (row) {
          unit.objectStore(ROWS).delete([row.device, row.sequence]);
        });
        both[1].forEach(function (device) {
          if (holding[device.id] || device.id === current) { return; }
          if (current || Date.now() - device.wall > DAY_MS) {
            unit.objectStore(DEVICES).delete(device.id);
          }
        });
      }).then(function () { return old.length; });
    });
  }

  function wipe() {
    return (opened || Promise.resolve(null)).then(function (db) {
      if (db) { db.close(); }
      opened = null;
      return new Promise(function (resolve) {
        var asking = window.indexedDB.deleteDatabase(NAME);
        asking.onsuccess = asking.onerror = asking.onblocked = function () { resolve(); };
      });
    });
  }

  window.offlineStore = {
    isPossible: isPossible,
    signingKey: signingKey,
    devices: function () { return all(DEVICES); },
    saveDevice: function (device) { return put(DEVICES, device); },
    rows: function () { return all(ROWS); },
    keep: keep,
    listScans: listScans,
    remove: remove,
    forget: forget,
    wipe: wipe
  };
}());
