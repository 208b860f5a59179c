// MessageChannel, after the HTML Standard, within one context. A message on its way is a pending
// operation like a timer; ports cannot be sent.
'use strict';

(function ({ world, addTask }) {
  const { publish } = world('idl');
  const { structuredClone } = world('clone');
  const { Event, EventTarget, handler, ILLEGAL } = world('events');

  class MessageEvent extends Event {
    #data;
    #origin;
    #lastEventId;
    #source;
    #ports;

    constructor(type, init = {}) {
      super(type, init);
      this.#data = init?.data === undefined ? null : init.data;
      this.#origin = `${init?.origin ?? ''}`;
      this.#lastEventId = `${init?.lastEventId ?? ''}`;
      this.#source = init?.source ?? null;
      this.#ports = Object.freeze([...(init?.ports ?? [])]);
    }

    get data() { return this.#data; }
    get origin() { return this.#origin; }
    get lastEventId() { return this.#lastEventId; }
    get source() { return this.#source; }
    get ports() { return this.#ports; }
  }
  publish(MessageEvent);

  let entangle;

  class MessagePort extends EventTarget {
    #peer = null;
    #started = false;
    #waiting = [];

    static {
      entangle = (one, other) => {
        one.#peer = other;
        other.#peer = one;
      };
    }

    constructor(key) {
      if (key !== ILLEGAL) {
        throw new TypeError('Illegal constructor: use MessageChannel');
      }
      super();
    }

    postMessage(message, options = undefined) {
      if (arguments.length === 0) {
        throw new TypeError('A message is needed');
      }
      const transfer = options?.[Symbol.iterator] === undefined ? options?.transfer : options;
      const data = structuredClone(message, { transfer: transfer ?? [] });
      const peer = this.#peer;
      if (peer === null) {
        return;
      }
      if (peer.#started) {
        peer.#deliver(data);
      } else {
        peer.#waiting.push(data);
      }
    }

    start() {
      if (!this.#started) {
        this.#started = true;
        this.#waiting.forEach((data) => this.#deliver(data));
        this.#waiting = [];
      }
    }

    close() {
      if (this.#peer !== null) {
        this.#peer.#peer = null;
        this.#peer = null;
      }
    }

    #deliver(data) {
      addTask(() => this.dispatchEvent(new MessageEvent('message', { data })));
    }
  }
  handler(MessagePort, 'message', (port) => port.start());
  handler(MessagePort, 'messageerror');
  publish(MessagePort);

  class MessageChannel {
    #port1 = new MessagePort(ILLEGAL);
    #port2 = new MessagePort(ILLEGAL);

    constructor() {
      entangle(this.#port1, this.#port2);
    }

    get port1() { return this.#port1; }
    get port2() { return this.#port2; }
  }
  publish(MessageChannel);

  return { MessageChannel, MessagePort, MessageEvent };
})
