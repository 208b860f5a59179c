// Runs first in every context and returns what the sandbox needs of the guest's world. Whatever is
// used after the guest has started is captured here, because the guest may replace any global.
(function (host) {
  'use strict';

  const { parse, stringify } = JSON;
  const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const { floor, imul, max, min } = Math;
  const NativeDate = Date;
  const toText = String;
  const toNumber = Number;
  const ErrorClass = Error;
  const RangeErrorClass = RangeError;
  const TypeErrorClass = TypeError;
  const stringSlice = String.prototype.slice;
  const hasInstance = Function.prototype[Symbol.hasInstance];
  const slice = (text, length) =>
    text.length > length ? apply(stringSlice, text, [0, length]) : text;

  // Descriptors have no prototype, or what the guest adds to Object.prototype would count too.
  function define(name, value) {
    defineProperty(globalThis, name, {
      __proto__: null, value, writable: true, enumerable: false, configurable: true,
    });
  }

  // ---- what each execution brings: a context has several where it is kept for a script ----

  let startMillis = 0;
  let maxPending = 0;
  let maxText = 0;
  let execution = 0;

  // ---- clock: starts where the request says, goes on with what the script waits for, and by a
  // microsecond each time that it is looked at, so that who waits by looking gets on. How fast the
  // machine is has no say in it, so the same request sees the same times wherever it runs. Where the
  // request wants the system's instead, that goes by whole milliseconds, timers included: a finer one
  // is of little use here, and would tell more of what else runs on the processor. ----

  let ofSystem = false;
  let micros = 0;
  const elapsed = () => guarded(() => floor(host.elapsedMicros() / 1000) * 1000);
  const look = () => (ofSystem ? elapsed() : micros++);
  const present = () => (ofSystem ? elapsed() : micros);
  const now = () => startMillis + floor(look() / 1000);

  const GuestDate = new Proxy(NativeDate, {
    apply: () => new NativeDate(now()).toString(),
    construct: (target, args, newTarget) =>
      construct(target, args.length === 0 ? [now()] : args, newTarget),
  });
  NativeDate.now = { now() { return now(); } }.now;
  defineProperty(NativeDate.prototype, 'constructor', {
    value: GuestDate, writable: true, enumerable: false, configurable: true,
  });
  define('Date', GuestDate);

  // What formats the present where no date is given would take the machine's.
  const NativeIntl = Intl;
  const NativeWeakMap = WeakMap;
  const { get: getWeak, set: setWeak } = WeakMap.prototype;
  const orNow = (date) => (date === undefined ? now() : date);
  function ownIntl() {
    const presentable = NativeIntl.DateTimeFormat.prototype;
    const { get: getFormat } = getOwnPropertyDescriptor(presentable, 'format');
    const { formatToParts } = presentable;
    const formats = new NativeWeakMap();
    const ofPresent = {
      get format() {
        const native = apply(getFormat, this, []);
        let format = apply(getWeak, formats, [native]);
        if (format === undefined) {
          format = { '': (date) => native(orNow(date)) }[''];
          apply(setWeak, formats, [native, format]);
        }
        return format;
      },
      formatToParts(date) { return apply(formatToParts, this, [orNow(date)]); },
    };
    for (const name of ['format', 'formatToParts']) {
      defineProperty(presentable, name, {
        __proto__: null, ...getOwnPropertyDescriptor(ofPresent, name), enumerable: false,
      });
    }
    return NativeIntl;
  }

  // ---- randomness: sfc32 (Chris Doty-Humphrey, PractRand, public domain), seeded per execution ----

  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 0;
  function seed(high, low) {
    a = high | 0;
    b = low | 0;
    c = 0x9e3779b9 | 0;
    counter = 1;
    for (let i = 0; i < 15; i++) {
      next();
    }
  }
  function next() {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  // For what may be meant as a secret. Math.random is nobody's secret, and seeding it is enough.
  let seeded = true;
  const word = () => (seeded ? next() : guarded(() => host.random()));

  Math.random = { random() { return (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53; } }.random;

  // ---- pending operations: what a waiting script can still be woken by ----

  let pending = 0;

  function hold() {
    if (pending >= maxPending) {
      host.tooManyPending(pending + 1);
    }
    pending++;
  }

  function release() {
    pending--;
  }

  // ---- timers and tasks: run by the sandbox between turns, earliest first, in order of creation ----

  let timers = { __proto__: null };
  let tasks = { __proto__: null };
  let firstTask = 0;
  let lastTask = 0;
  let lastId = 0;

  // The timers as a binary heap, the next one first.
  let heap = { __proto__: null };
  let heapSize = 0;
  let lastTurn = 0;

  const isBefore = (one, other) =>
    one.due < other.due || (one.due === other.due && one.turn < other.turn);

  function place(timer, at) {
    heap[at] = timer;
    timer.at = at;
  }

  function rise(timer, start) {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent])) {
        break;
      }
      place(heap[parent], at);
      at = parent;
    }
    place(timer, at);
  }

  function sink(timer, start) {
    let at = start;
    let child = 2 * at + 1;
    while (child < heapSize) {
      if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], timer)) {
        break;
      }
      place(heap[child], at);
      at = child;
      child = 2 * at + 1;
    }
    place(timer, at);
  }

  function schedule(timer) {
    timer.due = present() + floor(timer.millis * 1000);
    timer.turn = ++lastTurn;
    rise(timer, heapSize++);
  }

  function unschedule(timer) {
    const { at } = timer;
    const last = heap[--heapSize];
    delete heap[heapSize];
    if (last !== timer) {
      rise(last, at);
      sink(last, last.at);
    }
  }

  function addTimer(callback, delay, args, repeat) {
    if (typeof callback !== 'function') {
      throw new TypeErrorClass('The callback must be a function');
    }
    const millis = min(max(toNumber(delay) || 0, repeat ? 1 : 0), 2147483647);
    hold();
    const id = ++lastId;
    // All that is ever set is made here, or a setter that the guest put on Object.prototype is called.
    const timer = { id, callback, args, millis, repeat, due: 0, turn: 0, at: 0 };
    timers[id] = timer;
    schedule(timer);
    return id;
  }

  function removeTimer(id) {
    if ((typeof id === 'number' || typeof id === 'string') && timers[id] !== undefined) {
      unschedule(timers[id]);
      delete timers[id];
      release();
    }
  }

  // A timer that is due at once and that the guest has no number of.
  function addTask(callback) {
    hold();
    tasks[lastTask++] = { callback, due: present() };
  }

  define('setTimeout', {
    setTimeout(callback, delay = 0, ...args) { return addTimer(callback, delay, args, false); },
  }.setTimeout);
  define('setInterval', {
    setInterval(callback, delay = 0, ...args) { return addTimer(callback, delay, args, true); },
  }.setInterval);
  define('clearTimeout', { clearTimeout(id) { removeTimer(id); } }.clearTimeout);
  define('clearInterval', { clearInterval(id) { removeTimer(id); } }.clearInterval);
  define('queueMicrotask', {
    queueMicrotask(callback) {
      if (typeof callback !== 'function') {
        throw new TypeErrorClass('The callback must be a function');
      }
      (async () => {
        await undefined;
        try {
          callback();
        } catch (thrown) {
          report(thrown);
        }
      })();
    },
  }.queueMicrotask);

  // What an earlier execution has left pending does not run at the cost of a later one.
  function dropPending() {
    timers = { __proto__: null };
    tasks = { __proto__: null };
    heap = { __proto__: null };
    firstTask = lastTask = heapSize = pending = 0;
  }

  function runTask() {
    const { callback } = tasks[firstTask];
    delete tasks[firstTask++];
    release();
    callback();
  }

  // ---- the rest of the globals: made when first touched, since most scripts touch few of them ----

  const parts = { __proto__: null };

  function world(part) {
    return parts[part] ??= tools.load(part)(tools);
  }

  // What the host throws is not for the guest's eyes; what the engine throws in between is.
  function guarded(call) {
    try {
      return call();
    } catch (thrown) {
      throw thrown instanceof RangeErrorClass ? thrown : new ErrorClass('The sandbox failed');
    }
  }

  const tools = {
    __proto__: null,
    world,
    load: (part) => guarded(() => host.load(part)),
    addTask,
    addTimer,
    removeTimer,
    report,
    word,
    startMillis: () => startMillis,
    maxText: () => maxText,
    stringify,
    elapsedMicros: look,
    log: (level, line) => guarded(() => host.log(level, slice(line, maxText + 1))),
    decode: (encoding, fatal, last, buffer, offset, length) =>
      guarded(() => host.decode(encoding, fatal, last, buffer, offset, length)),
    encodedLength: (text) => guarded(() => host.encodedLength(text)),
    encode: (text, buffer, offset, capacity) =>
      guarded(() => host.encode(text, buffer, offset, capacity)),
    digest: (algorithm, buffer, offset, length) =>
      guarded(() => host.digest(algorithm, buffer, offset, length)),
  };

  // Without a prototype a descriptor is read in half the time, and every context waits for these.
  function lazy(name, make) {
    defineProperty(globalThis, name, {
      __proto__: null,
      get: () => {
        const value = make();
        define(name, value);
        return value;
      },
      set: (value) => { define(name, value); },
      configurable: true,
    });
  }
  const inPart = (part, name) => lazy(name, () => world(part)[name]);
  inPart('console', 'console');
  inPart('performance', 'performance');
  inPart('encoding', 'TextEncoder');
  inPart('encoding', 'TextDecoder');
  inPart('url', 'URL');
  inPart('url', 'URLSearchParams');
  inPart('clone', 'structuredClone');
  inPart('clone', 'atob');
  inPart('clone', 'btoa');
  inPart('exception', 'DOMException');
  inPart('events', 'Event');
  inPart('events', 'CustomEvent');
  inPart('events', 'EventTarget');
  inPart('events', 'AbortController');
  inPart('events', 'AbortSignal');
  inPart('messages', 'MessageChannel');
  inPart('messages', 'MessagePort');
  inPart('messages', 'MessageEvent');
  inPart('crypto', 'crypto');
  lazy('Intl', ownIntl);

  // Shared memory and its locks have no use where there is one thread, and could only block it.
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  delete globalThis.arguments; // those of a command line

  // ---- outcome ----

  let module = null; // once it was evaluated and has a function to call
  let settled = false;
  let output;
  let error = null;

  // Reading an error runs guest code: getters, toString, Proxy. It may throw anything.
  function attempt(read, fallback) {
    try {
      return read();
    } catch {
      return fallback;
    }
  }

  // A script that throws the like itself is told of its stack, too, which harms nobody.
  function isStackOverflow(thrown) {
    return attempt(
      () => thrown instanceof RangeErrorClass
        && thrown.message === 'Maximum call stack size exceeded',
      false);
  }

  function describe(thrown) {
    const text = (read, length) => attempt(() => slice(toText(read()), length), '');
    if (attempt(() => apply(hasInstance, ErrorClass, [thrown]), false)) {
      return {
        name: text(() => thrown.name, 200) || 'Error',
        message: text(() => thrown.message, 4000),
        stack: text(() => thrown.stack, 16000),
        ofStack: isStackOverflow(thrown),
      };
    }
    return { name: 'Error', message: text(() => thrown, 4000), stack: '', ofStack: false };
  }

  function fail(thrown) {
    error ??= describe(thrown);
    settled = true;
  }

  // What nobody can catch, such as an error in an event listener, ends the run as failed.
  function report(thrown) {
    if (!settled) {
      fail(thrown);
    }
  }

  function contextOf(text) {
    const context = parse(text);
    context.now = startMillis;
    return context;
  }

  // An execution that was over before its promise was settled has no say in a later one.
  async function settle(value) {
    const own = execution;
    try {
      const result = await value;
      if (own === execution) {
        output = stringify(result);
        settled = true;
      }
    } catch (thrown) {
      if (own === execution) {
        fail(thrown);
      }
    }
  }

  return {
    begin(ownStartMillis, ownOfSystem, seedHigh, seedLow, ownSeeded, ownMaxPending, ownMaxText) {
      startMillis = ownStartMillis;
      ofSystem = ownOfSystem;
      seeded = ownSeeded;
      micros = 0;
      maxPending = ownMaxPending;
      maxText = ownMaxText;
      seed(seedHigh, seedLow);
      if (execution++ > 0) {
        dropPending();
        settled = false;
        output = undefined;
        error = null;
      }
    },

    prepareScript(inputText, contextText) {
      define('input', parse(inputText));
      if (contextText !== null) {
        define('context', contextOf(contextText));
      }
    },

    settle,

    fail,

    async callModule(imported, inputText, contextText) {
      try {
        const evaluated = module ?? await imported();
        const { default: entry } = evaluated;
        if (typeof entry !== 'function') {
          throw new TypeErrorClass('The module has no function as its default export');
        }
        module = evaluated;
        await settle(entry(parse(inputText), contextOf(contextText)));
      } catch (thrown) {
        fail(thrown);
      }
    },

    importer: (specifier) => () => import(specifier),

    // Microseconds to wait until the next timer or task runs, or -1 where none is pending. Time that
    // the script has spent computing is no longer waited for.
    untilNextTimer() {
      if (firstTask < lastTask) {
        return 0;
      }
      return heapSize === 0 ? -1 : max(0, heap[0].due - host.elapsedMicros());
    },

    runNextTimer() {
      const timer = heap[0];
      if (firstTask < lastTask && (heapSize === 0 || tasks[firstTask].due <= timer.due)) {
        runTask();
        return;
      }
      micros = max(micros, timer.due);
      if (timer.repeat) {
        unschedule(timer);
        schedule(timer);
      } else {
        removeTimer(timer.id);
      }
      apply(timer.callback, undefined, timer.args);
    },

    isLoaded: () => module !== null,
    isSettled: () => settled,
    outputLength: () => (output === undefined ? -1 : output.length),
    output: () => output,
    error: () => error,
  };
})
