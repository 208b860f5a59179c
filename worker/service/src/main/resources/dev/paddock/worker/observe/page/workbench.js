// Where a person tries a script. What it gives is only ever shown as text.

import { ask, problem } from "./stream.js";
import { byId, bytes, count, make, micros, say, timeOfDay } from "./text.js";

const DRAFT = "paddock.draft";
const INDENT = "  ";

const LIMITS = [
  { name: "cpuMillis", label: "CPU time", unit: "ms", kind: "CPU_TIME" },
  { name: "wallMillis", label: "Wall clock", unit: "ms", kind: "WALL_TIME" },
  { name: "heapBytes", label: "Heap", unit: "bytes", kind: "HEAP" },
  { name: "stackBytes", label: "Stack", unit: "bytes", kind: "STACK" },
  { name: "outputBytes", label: "Output", unit: "bytes", kind: "OUTPUT_SIZE" },
  { name: "logBytes", label: "Log", unit: "bytes", kind: "LOG_SIZE" },
  { name: "logLines", label: "Log lines", unit: "lines" },
  { name: "asyncOperations", label: "Async operations", unit: "", kind: "ASYNC_OPERATIONS" },
  { name: "inputBytes", label: "Input", unit: "bytes", kind: "INPUT_SIZE" },
  { name: "sourceBytes", label: "Source", unit: "bytes", kind: "SOURCE_SIZE" },
];

/** What a person can do about it. */
const ADVICE = {
  CPU_TIME:
    "It computed for longer than it may. Look for a loop that does not end, or do less in one execution.",
  WALL_TIME:
    "It took longer than it may, waiting included. Look for timers that are long, and for promises that nothing settles.",
  HEAP: "It kept more in memory than it may. Garbage is free: let go of what is not needed.",
  STACK: "Its calls, or the brackets of its source, are nested too deep.",
  OUTPUT_SIZE: "Its output, as JSON in UTF-8, is larger than it may be.",
  LOG_SIZE: "It wrote far more to the console than it may.",
  ASYNC_OPERATIONS: "It had more timers, messages or promises pending at one time than it may.",
  INPUT_SIZE: "The input is larger than it may be, so that the script did not run.",
  SOURCE_SIZE: "The source is larger than it may be, so that the script did not run.",
  HOST_ACCESS: "It tried to reach what no script may.",
  SANDBOX_CRASH: "Its sandbox died, twice, for no known reason.",
};

const SIZES = {
  "": 1,
  b: 1,
  kib: 1024,
  k: 1024,
  mib: 1024 ** 2,
  m: 1024 ** 2,
  gib: 1024 ** 3,
  g: 1024 ** 3,
};
const TIMES = { "": 1, ms: 1, s: 1000 };

/** The number that a person means, null for none, NaN where it is none. */
function meant(words, unit) {
  if (words.trim() === "") return null;
  const [, digits, suffix] = /^\s*([\d,]*\.?\d+)\s*([a-z]*)\s*$/i.exec(words) ?? [null, "", ""];
  const factors = { ms: TIMES, bytes: SIZES }[unit] ?? { "": 1 };
  const value = Number(digits.replaceAll(",", "") || NaN) * factors[suffix.toLowerCase()];
  return Number.isInteger(value) && value > 0 ? value : NaN;
}

function amount(value, unit) {
  if (unit === "bytes") return bytes(value);
  return unit === "ms" ? micros(value * 1000) : `${count(value)} ${unit}`.trim();
}

/** A JSON text with line breaks and nothing else changed, numbers least of all. */
function pretty(json) {
  let depth = 0;
  const line = () => `\n${INDENT.repeat(depth)}`;
  return json
    .replace(/\s*("(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:])\s*/g, (_, token) => {
      if (token === "{" || token === "[") return (depth++, token + line());
      if (token === "}" || token === "]") return (depth--, line() + token);
      return token === "," ? token + line() : token === ":" ? ": " : token;
    })
    .replace(/([{[])\s+([}\]])/g, "$1$2");
}

/** @param refused called where the token is not the right one */
export function openWorkbench({ refused }) {
  const source = byId("source");
  const input = byId("input");
  const form = byId("trial");
  const numbers = byId("line-numbers");
  const mark = byId("line-mark");
  const fields = new Map();
  let about = null;
  let markedLine = 0;
  let leaving = false;

  // The editor

  function placeMark() {
    mark.hidden = markedLine === 0;
    const { lineHeight, paddingTop } = getComputedStyle(source);
    const top =
      parseFloat(paddingTop) + (markedLine - 1) * parseFloat(lineHeight) - source.scrollTop;
    mark.style.transform = `translateY(${top}px)`;
    numbers.scrollTop = source.scrollTop;
  }

  function markLine(line) {
    markedLine = line;
    placeMark();
  }

  function numberLines() {
    const lines = source.value.split("\n").length;
    say(numbers, Array.from({ length: lines }, (_, i) => i + 1).join("\n"));
  }

  function goTo(line) {
    const lines = source.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
    source.focus();
    source.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    source.scrollTop = (line - 4) * parseFloat(getComputedStyle(source).lineHeight);
    placeMark();
  }

  function insert(words) {
    // The only way to insert that can be undone.
    if (!document.execCommand("insertText", false, words)) source.setRangeText(words);
  }

  source.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (key === "Tab" && !shiftKey && !ctrlKey && !altKey && !metaKey && !leaving) {
      event.preventDefault();
      insert(INDENT);
    }
    if (key === "Enter" && !shiftKey && !ctrlKey && !altKey && !metaKey && !event.isComposing) {
      const line = source.value.slice(0, source.selectionStart).split("\n").at(-1);
      event.preventDefault();
      insert(`\n${/^\s*/.exec(line)[0]}`);
    }
    leaving = key === "Escape";
  });
  source.addEventListener("blur", () => (leaving = false));
  source.addEventListener("scroll", placeMark);
  source.addEventListener("input", () => {
    markLine(0);
    numberLines();
    keepDraft();
  });

  // The draft, for when the page is loaded again

  function keepDraft() {
    const draft = { kind: form.elements.kind.value, source: source.value, input: input.value };
    try {
      sessionStorage.setItem(DRAFT, JSON.stringify(draft));
    } catch {
      // Larger than may be kept.
    }
  }

  function findDraft() {
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
    source.value =
      draft?.source ??
      'console.log("total is", input.price * input.count);\ninput.price * input.count > 100\n';
    input.value = draft?.input ?? '{"price": 60, "count": 2}';
    form.elements.kind.value = draft?.kind ?? "SCRIPT";
    numberLines();
    checkInput();
  }

  // The input and the limits

  function checkInput() {
    let trouble = "";
    try {
      if (input.value.trim()) JSON.parse(input.value);
    } catch (error) {
      trouble = `This is no JSON: ${error.message}`;
    }
    input.ariaInvalid = String(trouble !== "");
    say(byId("input-problem"), trouble);
    return trouble === "";
  }

  input.addEventListener("input", () => {
    checkInput();
    keepDraft();
  });
  form.addEventListener("change", keepDraft);

  function checkLimit({ name, unit }) {
    const { box, hint } = fields.get(name);
    const value = meant(box.value, unit);
    const most = about.ceilings[name];
    const wrong = Number.isNaN(value);
    const examples = { ms: "250 ms or 2 s", bytes: "64 KiB or 32 MiB" }[unit] ?? "1000";
    box.ariaInvalid = String(wrong);
    say(
      hint,
      wrong
        ? `Not a limit; say ${examples}`
        : value > most
          ? `${amount(most, unit)} is the most, and what it gets`
          : `at most ${amount(most, unit)}`,
    );
    return value;
  }

  function showLimits() {
    byId("limit-fields").replaceChildren(
      ...LIMITS.map((limit) => {
        const { name, label, unit } = limit;
        const box = make("input", {
          id: `limit-${name}`,
          autocomplete: "off",
          placeholder: amount(about.defaults[name], unit),
        });
        const hint = make("span", { id: `limit-${name}-hint`, className: "hint" });
        box.setAttribute("aria-describedby", hint.id);
        box.addEventListener("input", () => checkLimit(limit));
        fields.set(name, { box, hint });
        checkLimit(limit);
        return make("div", {}, make("label", { htmlFor: box.id }, label), box, hint);
      }),
    );
  }

  function wantedLimits() {
    const wanted = LIMITS.map((limit) => [limit.name, checkLimit(limit)]);
    const wrong = wanted.find(([, value]) => Number.isNaN(value));
    if (wrong) {
      byId("limits").open = true;
      fields.get(wrong[0]).box.focus();
      return null;
    }
    return Object.fromEntries(wanted);
  }

  function quotaOf(name) {
    const asked = meant(
      fields.get(name).box.value,
      LIMITS.find((limit) => limit.name === name).unit,
    );
    return Math.min(asked ?? about.defaults[name], about.ceilings[name]);
  }

  // What came of it

  function block(title, ...content) {
    return make("section", {}, make("h4", {}, title), ...content);
  }

  function lineButton(line) {
    const button = make("button", { type: "button" }, `Go to line ${line}`);
    button.addEventListener("click", () => goTo(line));
    return button;
  }

  /** A text that may be long, in a frame that the keyboard can scroll. */
  function frame(words, label) {
    const pre = make("pre", { tabIndex: 0, ariaLabel: label }, words);
    pre.setAttribute("role", "region");
    return pre;
  }

  function errorBlock({ name, message, stack, line, column }) {
    const where = line ? `line ${line}${column ? `, column ${column}` : ""}` : "";
    return block(
      "Error",
      make("p", { className: "problem" }, message ? `${name}: ${message}` : name),
      ...(line ? [make("p", { className: "where" }, where, lineButton(line))] : []),
      ...(stack ? [frame(stack, "Stack")] : []),
    );
  }

  function violationBlock({ kind, message }) {
    const limit = LIMITS.find((one) => one.kind === kind);
    return block(
      "Violation",
      make("p", {}, make("span", { className: "chip bad" }, kind)),
      make("p", { className: "problem" }, message),
      make("p", { className: "muted" }, ADVICE[kind] ?? ""),
      ...(limit
        ? [make("p", { className: "muted" }, `Its limit is “${limit.label}” under Limits.`)]
        : []),
    );
  }

  function logBlock(logs, truncated) {
    const lines = logs.map(({ level, message, sinceStartMicros }) =>
      make(
        "li",
        { className: level.toLowerCase() },
        make("span", { className: "level" }, level.toLowerCase()),
        make("span", { className: "message" }, message),
        make("span", { className: "muted" }, micros(sinceStartMicros)),
      ),
    );
    const list = make("ol", { className: "log", tabIndex: 0, ariaLabel: "Log" }, ...lines);
    const note = truncated
      ? [make("p", { className: "muted" }, "The rest is cut off: the log has its limit.")]
      : [];
    return block(`Log (${count(logs.length)})`, list, ...note);
  }

  function usageBlock({ usage, queueMicros, attempt }) {
    const rows = [
      ["CPU", micros(usage.cpuMicros), usage.cpuMicros / 1000, "cpuMillis"],
      ["Wall clock", micros(usage.wallMicros), usage.wallMicros / 1000, "wallMillis"],
      usage.heapBytes
        ? ["Heap kept", bytes(usage.heapBytes), usage.heapBytes, "heapBytes"]
        : ["Heap kept", "too short to look"],
      ["Allocated", bytes(usage.allocatedBytes)],
      ["Waited", micros(queueMicros)],
      ...(attempt > 1 ? [["Attempts", String(attempt)]] : []),
    ];
    return block(
      "Usage",
      make(
        "dl",
        { className: "usage" },
        ...rows.map(([label, words, used, limit]) => {
          const all = limit && quotaOf(limit);
          const unit = limit === "heapBytes" ? "bytes" : "ms";
          const track = make("div", { className: "bar" }, make("div"));
          track.firstChild.style.width = `${Math.min(100, (100 * used) / all)}%`;
          track.classList.toggle("high", used >= 0.8 * all);
          return make(
            "div",
            {},
            make("dt", {}, label),
            make(
              "dd",
              {},
              words,
              ...(all
                ? [make("span", { className: "muted" }, ` of ${amount(all, unit)}`), track]
                : []),
            ),
          );
        }),
      ),
    );
  }

  function show(result) {
    const blocks = [];
    if (result.error) blocks.push(errorBlock(result.error));
    if (result.violation) blocks.push(violationBlock(result.violation));
    if (result.status === "SUCCEEDED") {
      blocks.push(
        block(
          "Output",
          result.output == null
            ? make("p", { className: "empty" }, "undefined")
            : frame(pretty(result.output), "Output"),
        ),
      );
    }
    if (result.logs.length > 0) blocks.push(logBlock(result.logs, result.logsTruncated));
    if (result.usage) blocks.push(usageBlock(result));
    byId("result-body").replaceChildren(...blocks);
    markLine(result.error?.line ?? 0);
    const colours = { SUCCEEDED: "good", FAILED: "warn", VIOLATED: "bad" };
    status(result.status.toLowerCase(), colours[result.status] ?? "odd");
  }

  function refuse(words) {
    byId("result-body").replaceChildren(make("p", { className: "problem" }, words));
    status("not run", "bad");
  }

  function status(words, className) {
    const own = byId("run-status");
    own.replaceChildren(make("span", { className: `chip ${className}` }, words));
    if (className) own.append(` at ${timeOfDay(Date.now())}`);
  }

  async function run() {
    const limits = wantedLimits();
    if (limits === null) return;
    if (!checkInput()) {
      input.focus();
      return;
    }
    const kind = form.elements.kind.value;
    const body = JSON.stringify({
      kind,
      source: source.value,
      input: input.value.trim() || "null",
      limits,
    });
    byId("run").ariaDisabled = "true";
    status("running", "");
    byId("result").ariaBusy = "true";
    try {
      const response = await ask("/api/workbench", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      if (response.ok) {
        show(await response.json());
      } else {
        refuse(await problem(response));
        if (response.status === 401) refused();
      }
    } catch (error) {
      refuse(`The worker did not answer: ${error.message}`);
    } finally {
      byId("run").ariaDisabled = null;
      byId("result").ariaBusy = null;
      byId("result").scrollIntoView({ block: "nearest" }); // below the form on a phone
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (about !== null && byId("run").ariaDisabled !== "true") void run();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  findDraft();

  return {
    /** Asks the worker what may be tried; again for each connection, since it may be another. */
    async learn() {
      const response = await ask("/api/workbench").catch(() => null);
      if (response === null || response.status === 401) return; // the stream says so too
      if (response.ok) {
        const now = await response.json();
        if (JSON.stringify(now) !== JSON.stringify(about)) {
          about = now;
          showLimits();
        }
      } else {
        const off =
          "The workbench is off. To switch it on, set management.workbench to true, and management.token.";
        say(byId("bench-off"), response.status === 404 ? off : await problem(response));
      }
      byId("bench-off").hidden = response.ok;
      byId("bench").hidden = !response.ok;
    },
  };
}
