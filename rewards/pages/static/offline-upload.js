/*
 * Brings what a tablet kept to the service: in order, in small parts, as often
 * as it takes; the service counts each scan once. `window.offlineUploads`.
 * Chromium 78: no ?. and no ??.
 */
(function () {
  'use strict';

  var PART = 50;
  var ANSWER_MS = 5000;
  var UPLOAD_MS = 20000;
  var STATE = '/console/gates/state';
  var UPLOADS = '/console/gates/uploads';
  var HEARD = '/console/gates/heard';
  var csrf = '';
  /* Scans that the service stumbled over or cannot read: those behind them do not wait for ever. */
  var stuck = {};

  function ask(address, options) {
    var leash = window.AbortController ? new window.AbortController() : null;
    var timer = leash && setTimeout(function () {
      leash.abort();
    }, address === UPLOADS ? UPLOAD_MS : ANSWER_MS);
    options.credentials = 'same-origin';
    options.cache = 'no-store';
    options.redirect = 'error';
    options.signal = leash ? leash.signal : undefined;
    return window.fetch(address, options).catch(function () {
      throw new Error('offline');
    }).then(function (response) {
      clearTimeout(timer);
      return response.json().catch(function () { return {}; }).then(function (body) {
        if (response.ok) { return body; }
        var trouble = new Error(response.status > 501 ? 'offline' : String(response.status));
        trouble.code = body.code || '';
        throw trouble;
      });
    });
  }

  /* What the service says now; it fails with 'offline' while there is no network. */
  function state() {
    return ask(STATE, { headers: { Accept: 'application/json' } }).then(function (answer) {
      csrf = answer.csrf;
      return answer;
    });
  }

  /* A kept page may be older than the session of its form: then it asks for another token. */
  function post(address, body, isRetry) {
    return (csrf ? Promise.resolve() : state()).then(function () {
      return ask(address, {
        method: 'POST',
        headers: {
          Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrf
        },
        body: JSON.stringify(body)
      });
    }).catch(function (trouble) {
      if (trouble.message !== '400' || isRetry) { throw trouble; }
      csrf = '';
      return post(address, body, true);
    });
  }

  /* Where the clocks of a page stand that is not open any more. */
  function clockOf(device) {
    var since = Math.max(0, Date.now() - device.wall);
    return { least: device.least, most: device.least + device.jump + since };
  }

  function sendPart(device, clock, size) {
    return window.offlineStore.listScans(device.id).then(function (kept) {
      var scans = kept.filter(function (scan) {
        return !stuck[device.id + scan.sequence];
      }).slice(0, size);
      if (kept.length && !scans.length) { throw new Error('stuck'); }
      if (!scans.length) { return null; }
      var now = clock(device) || clockOf(device);
      return post(UPLOADS, {
        device: device.id, least: now.least, most: now.most, scans: scans
      }).catch(function (trouble) {
        if (trouble.message !== '500' && trouble.message !== '400') { throw trouble; }
        if (scans.length === 1) { stuck[device.id + scans[0].sequence] = true; }
        return sendPart(device, clock, 1);
      });
    }).then(function (answer) {
      if (!answer) { return null; }
      var done = answer.outcomes.map(function (each) { return each.sequence; });
      return window.offlineStore.remove(device.id, done).then(function () { return answer; });
    });
  }

  function sendAll(device, clock, sum) {
    return sendPart(device, clock, PART).then(function (answer) {
      if (!answer || !answer.outcomes.length) { return sum; }
      answer.outcomes.forEach(function (each) {
        sum.outcomes.push({
          scan: device.id + ' ' + each.sequence, state: each.state, title: each.title
        });
        sum.done += each.state === 'refused' || each.state === 'dropped' ? 0 : 1;
        sum.turnedAway += each.state === 'refused' && !each.is_kept ? 1 : 0;
      });
      sum.occasions[device.occasion] = { people: answer.people, toSettle: answer.to_settle };
      return sendAll(device, clock, sum);
    });
  }

  /*
   * Upload everything that *keeper* scanned; *clock* tells where the clocks of
   * an open page's device stand. The trouble of one device keeps nobody else's
   * scans waiting.
   */
  function run(clock, keeper) {
    var sum = { done: 0, turnedAway: 0, outcomes: [], occasions: {}, trouble: null };
    return alone(function () {
      return window.offlineStore.devices().then(function (devices) {
        return devices.reduce(function (before, device) {
          return before.then(function () {
            return device.keeper === keeper ? sendAll(device, clock, sum).then(function () {
              return clock(device) || close(device);
            }) : leave(device);
          }).catch(function (trouble) {
            if (trouble.message === 'offline') { throw trouble; }
            sum.trouble = trouble;
          });
        }, Promise.resolve());
      });
    }).then(function () { return sum; });
  }

  /* No scan waits on *device*: places need not be kept for whom it might have seen. */
  function tell(device, isOpen) {
    return post(HEARD, { device: device.id, open: isOpen }).then(function () {
      return null;
    }, function (trouble) {
      /* It is told again soon; who is not signed in any more should know it. */
      return trouble;
    });
  }

  /* The same, when there is no time to wait for an answer. */
  function tellLast(device) {
    window.sayLast(HEARD, csrf, { device: device.id, open: false });
  }

  /* A page that is not open any more has told all, if nothing of it is left. */
  function close(device) {
    return window.offlineStore.listScans(device.id, 1).then(function (scans) {
      return scans.length ? null : tell(device, false);
    });
  }

  function leave(device) {
    return window.offlineStore.listScans(device.id, 1).then(function (scans) {
      if (!scans.length) { return; }
      var foreign = new Error('403');
      foreign.code = 'gate-of-another';
      throw foreign;
    });
  }

  /* Two pages of one tablet do not send the same at once; it would only be in vain. */
  function alone(work) {
    if (!navigator.locks) { return work(); }
    return navigator.locks.request('gate-upload', work);
  }

  window.offlineUploads = {
    run: run,
    clockOf: clockOf,
    state: state,
    post: post,
    tell: tell,
    tellLast: tellLast,
    useToken: function (token) { csrf = token; }
  };
}());
