// URL and URLSearchParams, by whatwg-url.
'use strict';

(function ({ world, load }) {
  const { TextEncoder, TextDecoder } = world('encoding');
  let tables;

  function tr46() {
    tables ??= load('tr46')(globalThis, TextEncoder, TextDecoder)('tr46/index.js');
    return tables;
  }

  // The URL Standard, "domain to ASCII": for these domains it is the same as lower case.
  function isPlain(domain) {
    return /^[\0-\x7f]*$/.test(domain) && !/(^|\.)xn--/i.test(domain);
  }

  const domains = {
    toASCII(domain, options) {
      return !options.verifyDNSLength && isPlain(domain)
        ? domain.toLowerCase()
        : tr46().toASCII(domain, options);
    },
    toUnicode: (domain, options) => tr46().toUnicode(domain, options),
  };

  const require = load('whatwg-url')(globalThis, TextEncoder, TextDecoder, () => domains);
  const { URL, URLSearchParams } = require('whatwg-url/index.js');
  return { URL, URLSearchParams };
})
