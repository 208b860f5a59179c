// crypto: numbers from the run's seeded generator, as Math.random's, and digests by the host. The
// same request draws the same numbers, so nothing here is fit to be a secret, unless the request wants
// the system's.
'use strict';

(function ({ world, word, digest }) {
  const { bytesOf, typeName } = world('buffers');
  const fail = (message, name) => {
    throw new (world('exception').DOMException)(message, name);
  };

  const MAX_RANDOM_BYTES = 65536; // as the Web Cryptography API has it
  const integers = [
    'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'BigInt64Array', 'BigUint64Array',
  ];
  const digests = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

  const subtle = {
    async digest(algorithm, data) {
      const given = typeof algorithm === 'object' ? algorithm?.name : algorithm;
      const name = `${given}`.toUpperCase();
      const { buffer, offset, length } = bytesOf(data);
      if (!digests.includes(name)) {
        fail(`'${given}' is not supported; there are ${digests.join(', ')}`, 'NotSupportedError');
      }
      const text = digest(name, buffer, offset, length);
      return Uint8Array.from(text, (byte) => byte.charCodeAt(0)).buffer;
    },
  };

  const crypto = {
    subtle,

    getRandomValues(array) {
      if (!integers.includes(typeName(array))) {
        fail('An array of integers is needed', 'TypeMismatchError');
      }
      const { buffer, offset, length } = bytesOf(array);
      if (length > MAX_RANDOM_BYTES) {
        fail(`${length} bytes asked for; ${MAX_RANDOM_BYTES} allowed`, 'QuotaExceededError');
      }
      const bytes = new Uint8Array(buffer, offset, length);
      for (let i = 0; i < length;) {
        let bits = word();
        for (let end = Math.min(i + 4, length); i < end; i++) {
          bytes[i] = bits;
          bits >>>= 8;
        }
      }
      return array;
    },

    randomUUID() {
      const hex = (bits) => bits.toString(16).padStart(8, '0');
      const all = hex(word()) + hex(word()) + hex(word()) + hex(word());
      const variant = '89ab'[word() & 3];
      return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-${variant}${all.slice(17, 20)}-${all.slice(20)}`;
    },
  };
  const tag = (object, value) =>
    Object.defineProperty(object, Symbol.toStringTag, { value, configurable: true });
  tag(subtle, 'SubtleCrypto');
  return { crypto: tag(crypto, 'Crypto') };
})
