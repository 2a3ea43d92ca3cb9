/*
 * What a scan means as far as that can be told without the service, and texts
 * written as the service writes them. `window.offlineCodes`; Chromium 78: no
 * ?. and no ??.
 */
(function () {
  'use strict';

  var RAW_MAX = 256;
  var GATE_MAX = 20;
  var MEMBER = 2;
  var CARD = 4;
  /* A scanner may type into a field in which something stood already: the code comes last. */
  var TOKEN = /[a-z2-7]{37}$/i;
  var NUMBER = /^[1-9][0-9]{7}$/;
  var ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

  function tidy(text) { return text.slice(0, RAW_MAX).normalize('NFKC').trim(); }

  function bytesOf(token) {
    var bits = '';
    token.toUpperCase().split('').forEach(function (letter) {
      bits += (ALPHABET.indexOf(letter) + 32).toString(2).slice(1);
    });
    return bits.match(/.{8}/g).map(function (each) { return parseInt(each, 2); });
  }

  /* Whom a text means, and the part of it that says so: whether it is genuine, only later. */
  function read(raw) {
    var text = tidy(raw);
    var compact = text.replace(/\s/g, '');
    if (NUMBER.test(compact)) {
      return { who: 'n' + compact, tail: compact.slice(-4), raw: compact };
    }
    var found = TOKEN.exec(text);
    if (!found) { return { isWord: compact.indexOf('/') < 0 && compact.length < 37 }; }
    var bytes = bytesOf(found[0]);
    var label = bytes.slice(1, 9);
    if (bytes[0] === CARD) { return { who: 'c' + label.join('-'), tail: '', raw: found[0] }; }
    if (bytes[0] !== MEMBER) { return {}; }
    var number = String.fromCharCode.apply(null, label);
    return NUMBER.test(number)
      ? { who: 'n' + number, tail: number.slice(-4), raw: found[0] } : {};
  }

  /* The name of a gate: one line, without what cannot be seen. */
  function nameGate(text) {
    var line = tidy(text).replace(/\s+/g, ' ').replace(/[\p{C}\p{Z}]/gu, function (sign) {
      return sign === ' ' ? sign : '';
    });
    return Array.from(line).slice(0, GATE_MAX).join('');
  }

  window.offlineCodes = { read: read, nameGate: nameGate };
}());
