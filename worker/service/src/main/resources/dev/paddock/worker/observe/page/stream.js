// What the worker tells once a second, read with fetch: an EventSource can send no token.

const KEY = "paddock.token";
const SILENCE_MS = 6000; // the worker speaks once a second
const WAITS_MS = [1000, 2000, 4000, 8000, 15000];

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Asks the worker, with the token if there is one. */
export function ask(path, options = {}) {
  const held = token.get();
  const headers = { ...options.headers, ...(held && { Authorization: `Bearer ${held}` }) };
  return fetch(path, { ...options, headers, cache: "no-store" });
}

/** Why the worker refused, in its words. */
export async function problem(response) {
  try {
    return (await response.json()).problem;
  } catch {
    return `The worker answered ${response.status}`;
  }
}

async function read(response, heard) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) if (event.startsWith("data: ")) heard(JSON.parse(event.slice(6)));
  }
}

/**
 * Watches until the page is closed, and tries again by itself.
 *
 * @param told {view, live, lost, refused}: called with what was seen; when the first of it comes;
 *     with why there is no more; and when the token is not the right one, or none was sent
 * @return begins anew, at once
 */
export function watch(told) {
  let running = null;
  let timer = null;
  let failures = 0;

  async function start() {
    clearTimeout(timer);
    running?.abort();
    const own = (running = new AbortController());
    let silence = null;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => own.abort(), SILENCE_MS);
    };
    let reason = "The connection was lost";
    try {
      listen();
      const response = await ask("/api/live", { signal: own.signal });
      if (response.status === 401) {
        clearTimeout(silence);
        if (running === own) told.refused();
        return;
      }
      if (response.ok) {
        let first = true;
        await read(response, (view) => {
          if (running !== own) return;
          listen();
          failures = 0;
          try {
            if (first) told.live();
            told.view(view, first);
          } catch (error) {
            reportError(error); // a mistake of the page's is no lost connection
          }
          first = false;
        });
      } else {
        reason = await problem(response);
      }
    } catch {
      // The reason is the usual one.
    }
    clearTimeout(silence);
    if (running !== own) return; // begun anew
    const wait = WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)];
    told.lost(reason);
    timer = setTimeout(start, wait * (0.75 + Math.random() / 2));
  }

  return start;
}
