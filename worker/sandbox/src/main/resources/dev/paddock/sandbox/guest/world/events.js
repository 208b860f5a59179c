// Event, EventTarget and what aborts, after the DOM Standard, for targets that have no parents.
'use strict';

(function ({ world, report, addTimer, removeTimer, elapsedMicros }) {
  const { publish, constants } = world('idl');
  const exception = (message, name) => new (world('exception').DOMException)(message, name);

  const ILLEGAL = Symbol('illegal constructor');
  let open; // opens an event to dispatch, which is not for the guest

  class Event {
    #type;
    #bubbles;
    #cancelable;
    #composed;
    #timeStamp = elapsedMicros() / 1000;
    #target = null;
    #current = null;
    #dispatching = false;
    #stopped = false;
    #stoppedAtOnce = false;
    #canceled = false;
    #passive = false;

    static {
      open = (event) => ({
        get dispatching() { return event.#dispatching; },
        get stoppedAtOnce() { return event.#stoppedAtOnce; },
        get canceled() { return event.#canceled; },
        set passive(passive) { event.#passive = passive; },
        begin(target) {
          event.#dispatching = true;
          event.#target = event.#current = target;
        },
        end() {
          event.#dispatching = event.#stopped = event.#stoppedAtOnce = false;
          event.#current = null;
        },
      });
    }

    constructor(type, init = {}) {
      if (arguments.length === 0) {
        throw new TypeError('An event needs a type');
      }
      this.#type = `${type}`;
      this.#bubbles = Boolean(init?.bubbles);
      this.#cancelable = Boolean(init?.cancelable);
      this.#composed = Boolean(init?.composed);
    }

    get type() { return this.#type; }
    get target() { return this.#target; }
    get srcElement() { return this.#target; }
    get currentTarget() { return this.#current; }
    get eventPhase() { return this.#current === null ? 0 : 2; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return this.#composed; }
    get defaultPrevented() { return this.#canceled; }
    get returnValue() { return !this.#canceled; }
    set returnValue(value) {
      if (!value) {
        this.preventDefault();
      }
    }
    get cancelBubble() { return this.#stopped; }
    set cancelBubble(value) { this.#stopped ||= Boolean(value); }
    get timeStamp() { return this.#timeStamp; }
    get isTrusted() { return false; }

    composedPath() { return this.#current === null ? [] : [this.#current]; }
    stopPropagation() { this.#stopped = true; }
    stopImmediatePropagation() { this.#stopped = this.#stoppedAtOnce = true; }
    preventDefault() {
      if (this.#cancelable && !this.#passive) {
        this.#canceled = true;
      }
    }
  }
  publish(Event);
  constants(Event, { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 });

  class CustomEvent extends Event {
    #detail;

    constructor(type, init = {}) {
      super(type, init);
      this.#detail = init?.detail ?? null;
    }

    get detail() { return this.#detail; }
  }
  publish(CustomEvent);

  class EventTarget {
    #listeners = new Map();

    addEventListener(type, callback, options = {}) {
      if (callback === null || callback === undefined) {
        return;
      }
      if (typeof callback !== 'function' && typeof callback !== 'object') {
        throw new TypeError('A listener must be a function or an object with handleEvent');
      }
      const capture = typeof options === 'object' ? Boolean(options?.capture) : Boolean(options);
      const signal = options?.signal;
      if (signal !== undefined && !(signal instanceof AbortSignal)) {
        throw new TypeError('The option signal must be an AbortSignal');
      }
      if (signal?.aborted) {
        return;
      }
      const name = `${type}`;
      const known = this.#listeners.get(name) ?? [];
      if (known.some((one) => one.callback === callback && one.capture === capture)) {
        return;
      }
      const listener = {
        callback,
        capture,
        once: Boolean(options?.once),
        passive: Boolean(options?.passive),
        removed: false,
      };
      this.#listeners.set(name, [...known, listener]);
      if (signal !== undefined) {
        onAbort(signal, () => this.#remove(name, listener));
      }
    }

    removeEventListener(type, callback, options = {}) {
      const capture = typeof options === 'object' ? Boolean(options?.capture) : Boolean(options);
      const name = `${type}`;
      const listener = this.#listeners.get(name)?.find(
        (one) => one.callback === callback && one.capture === capture);
      if (listener !== undefined) {
        this.#remove(name, listener);
      }
    }

    dispatchEvent(event) {
      if (!(event instanceof Event)) {
        throw new TypeError('Only an Event can be dispatched');
      }
      const inner = open(event);
      if (inner.dispatching) {
        throw exception('The event is being dispatched already', 'InvalidStateError');
      }
      inner.begin(this);
      const listeners = this.#listeners.get(event.type) ?? [];
      for (const capture of [true, false]) {
        for (const listener of listeners) {
          if (!listener.removed && listener.capture === capture && !inner.stoppedAtOnce) {
            this.#call(listener, event, inner);
          }
        }
      }
      inner.end();
      return !inner.canceled;
    }

    #call(listener, event, inner) {
      if (listener.once) {
        this.#remove(event.type, listener);
      }
      inner.passive = listener.passive;
      try {
        const { callback } = listener;
        if (typeof callback === 'function') {
          Reflect.apply(callback, this, [event]);
        } else {
          callback.handleEvent(event);
        }
      } catch (thrown) {
        report(thrown);
      }
      inner.passive = false;
    }

    #remove(name, listener) {
      listener.removed = true;
      const rest = this.#listeners.get(name)?.filter((one) => one !== listener) ?? [];
      if (rest.length === 0) {
        this.#listeners.delete(name);
      } else {
        this.#listeners.set(name, rest);
      }
    }
  }
  publish(EventTarget);

  // An attribute such as onabort: one listener, in the place where it was first set.
  function handler(type, name, changed = () => {}) {
    const handlers = new WeakMap();
    Object.defineProperty(type.prototype, `on${name}`, {
      get() { return handlers.get(this)?.value ?? null; },
      set(value) {
        const given = typeof value === 'function' ? value : null;
        let current = handlers.get(this);
        if (current === undefined) {
          current = { value: null };
          handlers.set(this, current);
          this.addEventListener(name, (event) =>
            current.value === null ? undefined : Reflect.apply(current.value, this, [event]));
        }
        current.value = given;
        changed(this);
      },
      enumerable: true,
      configurable: true,
    });
  }

  let onAbort;
  let abort;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason;
    #steps = new Set();

    static {
      onAbort = (signal, step) => signal.#steps.add(step);
      abort = (signal, reason) => {
        if (signal.#aborted) {
          return;
        }
        signal.#aborted = true;
        signal.#reason =
          reason === undefined ? exception('This operation was aborted', 'AbortError') : reason;
        for (const step of signal.#steps) {
          step();
        }
        signal.#steps.clear();
        signal.dispatchEvent(new Event('abort'));
      };
    }

    constructor(key) {
      if (key !== ILLEGAL) {
        throw new TypeError('Illegal constructor: use AbortController, AbortSignal.abort, timeout or any');
      }
      super();
    }

    static abort(reason = undefined) {
      const signal = new AbortSignal(ILLEGAL);
      abort(signal, reason);
      return signal;
    }

    static timeout(milliseconds) {
      const signal = new AbortSignal(ILLEGAL);
      const expire = () =>
        abort(signal, exception('The operation was aborted due to timeout', 'TimeoutError'));
      const timer = addTimer(expire, milliseconds, [], false);
      onAbort(signal, () => removeTimer(timer));
      return signal;
    }

    static any(signals) {
      const all = [...signals];
      if (!all.every((signal) => signal instanceof AbortSignal)) {
        throw new TypeError('Only signals can be combined');
      }
      const combined = new AbortSignal(ILLEGAL);
      const first = all.find((signal) => signal.aborted);
      if (first !== undefined) {
        abort(combined, first.reason);
      } else {
        all.forEach((signal) => onAbort(signal, () => abort(combined, signal.reason)));
      }
      return combined;
    }

    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }

    throwIfAborted() {
      if (this.#aborted) {
        throw this.#reason;
      }
    }
  }
  handler(AbortSignal, 'abort');
  publish(AbortSignal);

  class AbortController {
    #signal = new AbortSignal(ILLEGAL);

    get signal() { return this.#signal; }
    abort(reason = undefined) { abort(this.#signal, reason); }
  }
  publish(AbortController);

  return { Event, CustomEvent, EventTarget, AbortController, AbortSignal, handler, ILLEGAL };
})
