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
        /* A tablet may be switched off the moment after it said that a scan is kept. */
        var unit = db.transaction(names, mode, { durability: 'strict' });
        var asked = work(unit);
        unit.oncomplete = function () { resolve(asked ? asked.result : undefined); };
        unit.onabort = unit.onerror = function () { reject(unit.error || new Error('not kept')); };
      });
    });
  }

  function all(name) {
    return transact([name], 'readonly', function (unit) { return unit.objectStore(name).getAll(); });
  }

  /*
   * Another page of the same device may have kept scans meanwhile: numbers only
   * go up, and the clock is that of the page that was awake for longer.
   */
  function putDevice(unit, device) {
    var place = unit.objectStore(DEVICES);
    place.get(device.id).onsuccess = function (event) {
      var stored = event.target.result || device;
      var awake = stored.least > device.least ? stored : device;
      place.put(Object.assign({}, device, {
        sequence: Math.max(stored.sequence, device.sequence),
        last: Math.max(stored.last, device.last),
        least: awake.least, jump: awake.jump, wall: awake.wall
      }));
    };
  }

  function note(device) {
    return transact([DEVICES], 'readwrite', function (unit) { putDevice(unit, device); });
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
          device: device.id, sequence: scan.sequence, least: scan.least, most: scan.most,
          iv: box.iv, box: box.box
        });
        putDevice(unit, device);
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

  /* Delete the scans that are old, and devices that keep nothing and are not *current*. */
  function forget(current, isOld) {
    return Promise.all([all(ROWS), all(DEVICES)]).then(function (both) {
      var owners = {};
      var holding = {};
      both[1].forEach(function (device) { owners[device.id] = device; });
      var old = both[0].filter(function (row) {
        var isGone = isOld(row, owners[row.device]);
        if (!isGone) { holding[row.device] = true; }
        return isGone;
      });
      var idle = both[1].filter(function (device) {
        return !holding[device.id] && device.id !== current;
      });
      if (!old.length && !idle.length) { return 0; }
      return drop(old, idle).then(function () { return old.length; });
    });
  }

  function drop(rows, devices) {
    return transact([ROWS, DEVICES], 'readwrite', function (unit) {
      rows.forEach(function (row) { unit.objectStore(ROWS).delete([row.device, row.sequence]); });
      devices.forEach(function (device) { unit.objectStore(DEVICES).delete(device.id); });
    });
  }

  /* The scans of *keeper* alone: what a colleague kept here is theirs to upload. */
  function rowsOf(keeper) {
    return Promise.all([all(ROWS), all(DEVICES)]).then(function (both) {
      var mine = {};
      both[1].forEach(function (device) { mine[device.id] = device.keeper === keeper; });
      return both[0].filter(function (row) { return mine[row.device]; });
    });
  }

  /* Delete what is *keeper*'s, or everything if nobody else's is left; return how many are. */
  function leave(keeper) {
    return Promise.all([rowsOf(keeper), all(ROWS), all(DEVICES)]).then(function (found) {
      var left = found[1].length - found[0].length;
      if (!left) { return wipe().then(function () { return 0; }); }
      return drop(found[0], found[2].filter(function (device) {
        return device.keeper === keeper;
      })).then(function () { return left; });
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
    note: note,
    rows: function () { return all(ROWS); },
    rowsOf: rowsOf,
    keep: keep,
    listScans: listScans,
    remove: remove,
    forget: forget,
    leave: leave
  };
}());
