/**
 * Ways in which Node users run scripts of others: by name, a function that makes one. What it makes
 * runs the source of a handler, `(input) => output`, with an input as JSON text, and gives the output
 * as JSON text or throws. Each has the options that its users give it against endless loops and full
 * memory.
 */
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { MEMORY_MEBIBYTES, OUTPUT_BYTES, TIME_MILLIS } from './quotas.mjs';

/** As many scripts as are kept compiled. */
const MOST_COMPILED = 1_000;

class TimeoutError extends Error {
  constructor() {
    super(`Script execution timed out after ${TIME_MILLIS} ms`);
    this.code = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  }
}

/** What it gives for a source, made once for each. */
function compiled(compile) {
  const bySource = new Map();
  return (source) => {
    let script = bySource.get(source);
    if (script === undefined) {
      script = compile(source);
      if (bySource.size === MOST_COMPILED) bySource.delete(bySource.keys().next().value);
      bySource.set(source, script);
    }
    return script;
  };
}

async function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError()), TIME_MILLIS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isPromise = (value) => typeof value?.then === 'function';

/** Without it the time limit would not hold for what a script does in promises. */
const CONTEXT = { microtaskMode: 'afterEvaluate' };

async function runInVm(script, context) {
  const output = script.runInContext(context, { timeout: TIME_MILLIS });
  if (!isPromise(output)) return JSON.stringify(output);
  // A plain await would wait for a job in the context's own queue, which has had its run.
  return JSON.stringify(await inTime(new Promise((done, failed) => output.then(done, failed))));
}

function vmFresh() {
  const script = compiled((source) => new vm.Script(`(${source})(input)`));
  return (source, input) =>
    runInVm(script(source), vm.createContext({ input: JSON.parse(input) }, CONTEXT));
}

/** All scripts, of whomever, see what the others have left behind. */
function vmReused() {
  const script = compiled((source) => new vm.Script(`(${source})(input)`));
  const scope = {};
  const context = vm.createContext(scope, CONTEXT);
  return (source, input) => {
    scope.input = JSON.parse(input);
    return runInVm(script(source), context);
  };
}

/** Of scripts that are not asynchronous, which need no second call. */
const inIsolate = (source) => `{
  const output = (${source})(JSON.parse(input));
  globalThis.pending = typeof output?.then === 'function' ? output.then(JSON.stringify) : undefined;
  pending === undefined ? JSON.stringify(output) : undefined;
}`;

async function runInIsolate(isolate, script, input) {
  const context = isolate.createContextSync();
  try {
    context.global.setSync('input', input);
    const output = script.runSync(context, { timeout: TIME_MILLIS });
    if (output !== undefined) return output;
    return await inTime(context.eval('pending', { timeout: TIME_MILLIS, promise: true }));
  } finally {
    if (!isolate.isDisposed) context.release();
  }
}

async function ivmContext() {
  const { default: ivm } = await import('isolated-vm');
  let isolate;
  let script;
  return (source, input) => {
    // A script that fills its memory takes the isolate with it.
    if (isolate === undefined || isolate.isDisposed) {
      const made = new ivm.Isolate({ memoryLimit: MEMORY_MEBIBYTES });
      isolate = made;
      script = compiled((text) => made.compileScriptSync(inIsolate(text)));
    }
    return runInIsolate(isolate, script(source), input);
  };
}

async function ivmIsolate() {
  const { default: ivm } = await import('isolated-vm');
  return async (source, input) => {
    const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MEBIBYTES });
    try {
      return await runInIsolate(isolate, isolate.compileScriptSync(inIsolate(source)), input);
    } finally {
      if (!isolate.isDisposed) isolate.dispose();
    }
  };
}

const inWorker = (source) => `
  const { parentPort, workerData } = require('node:worker_threads');
  Promise.resolve((${source})(JSON.parse(workerData)))
    .then((output) => parentPort.postMessage(JSON.stringify(output)));`;

function workerThreads() {
  return async (source, input) => {
    const worker = new Worker(inWorker(source), {
      eval: true,
      workerData: input,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEBIBYTES, maxYoungGenerationSizeMb: 16 },
    });
    const output = new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The worker ended with ${code}`)));
    });
    try {
      return await inTime(output);
    } finally {
      await worker.terminate();
    }
  };
}

const ISOLATIONS = {
  'vm-fresh': vmFresh,
  'vm-reused': vmReused,
  'ivm-context': ivmContext,
  'ivm-isolate': ivmIsolate,
  'worker-threads': workerThreads,
};

/**
 * Gives a function that answers a request's value with a result's, both JSON, and never fails; the
 * one of `identity` gives what it is given.
 */
export async function answering(name) {
  if (name === 'identity') return (value) => value;
  const run = await ISOLATIONS[name]();
  return async (value) => {
    const { id, tenant, script, input, labels } = JSON.parse(value);
    try {
      const output = await run(script, input);
      if (output?.length > OUTPUT_BYTES) throw new Error(`The output has ${output.length} characters`);
      return JSON.stringify({ id, tenant, labels, status: 'SUCCEEDED', output });
    } catch (error) {
      return JSON.stringify({ id, tenant, labels, status: 'FAILED', error: `${error?.message ?? error}` });
    }
  };
}
