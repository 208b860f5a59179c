// TextEncoder and TextDecoder, after the Encoding Standard, for the encodings that the host knows.
'use strict';

(function ({ world, encodedLength, encode, decode }) {
  const { publish } = world('idl');
  const { bytesOf } = world('buffers');

  const encodings = {
    __proto__: null,
    'utf-8': ['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'],
    'utf-16le': ['utf-16le', 'utf-16', 'ucs-2', 'unicode', 'unicodefeff', 'iso-10646-ucs-2', 'csunicode'],
    'utf-16be': ['utf-16be', 'unicodefffe'],
    'windows-1252': [
      'windows-1252', 'cp1252', 'x-cp1252', 'latin1', 'l1', 'csisolatin1', 'ascii', 'us-ascii',
      'ansi_x3.4-1968', 'iso-8859-1', 'iso8859-1', 'iso88591', 'iso_8859-1', 'iso_8859-1:1987',
      'iso-ir-100', 'cp819', 'ibm819',
    ],
  };

  function encodingOf(label) {
    const wanted = label.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase();
    for (const name in encodings) {
      if (encodings[name].includes(wanted)) {
        return name;
      }
    }
    throw new RangeError(
      `The encoding '${label.slice(0, 100)}' is not supported; there are ${Object.keys(encodings).join(', ')}`);
  }

  class TextEncoder {
    get encoding() { return 'utf-8'; }

    encode(input = '') {
      const text = `${input}`;
      const bytes = new Uint8Array(encodedLength(text));
      encode(text, bytes.buffer, 0, bytes.length);
      return bytes;
    }

    encodeInto(source, destination) {
      const text = `${source}`;
      if (!(destination instanceof Uint8Array)) {
        throw new TypeError('The destination must be a Uint8Array');
      }
      const { buffer, offset, length } = bytesOf(destination);
      const done = encode(text, buffer, offset, length);
      return { read: Math.floor(done / 2 ** 32), written: done % 2 ** 32 };
    }
  }

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #pending = null; // the start of a character that the last chunk broke off
    #atStart = true;

    constructor(label = 'utf-8', options = undefined) {
      this.#encoding = encodingOf(`${label}`);
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }

    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }

    decode(input = undefined, options = undefined) {
      const more = Boolean(options?.stream);
      let { buffer, offset, length } =
        input === undefined ? bytesOf(new ArrayBuffer(0)) : bytesOf(input);
      const pending = this.#pending;
      if (pending !== null) {
        const joined = new Uint8Array(pending.length + length);
        joined.set(pending);
        joined.set(new Uint8Array(buffer, offset, length), pending.length);
        ({ buffer, offset, length } = bytesOf(joined));
        this.#pending = null;
      }
      // The number of bytes that are left comes as the first character.
      const decoded = decode(this.#encoding, this.#fatal, !more, buffer, offset, length);
      if (decoded === null) {
        this.#atStart = true;
        throw new TypeError(`The bytes are not valid ${this.#encoding}`);
      }
      const left = decoded.charCodeAt(0);
      if (left > 0) {
        this.#pending = new Uint8Array(buffer.slice(offset + length - left, offset + length));
      }
      let start = 1;
      if (this.#atStart && decoded.length > 1) {
        this.#atStart = false;
        start += Number(!this.#ignoreBOM && decoded[1] === '\uFEFF' && this.#encoding !== 'windows-1252');
      }
      if (!more) {
        this.#atStart = true;
      }
      return decoded.slice(start);
    }
  }

  return { TextEncoder: publish(TextEncoder), TextDecoder: publish(TextDecoder) };
})
