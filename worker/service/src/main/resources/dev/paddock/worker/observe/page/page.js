// What the page shows of a worker, once a second. See WorkerView for what it is told.

import { History, LINES, plot } from "./plots.js";
import { token, watch } from "./stream.js";
import * as tables from "./tables.js";
import { byId, bytes, count, make, micros, say, timeOfDay } from "./text.js";
import { openWorkbench } from "./workbench.js";

const MINUTE_MS = 60_000;
const SMOOTH_MS = 5_000;
const MOST_TROUBLES = 200;

const STATUSES = [
  { name: "succeeded", label: "succeeded", colour: "--good", fill: true },
  { name: "failed", label: "failed", colour: "--warn" },
  { name: "violated", label: "violated", colour: "--bad" },
  { name: "rejected", label: "rejected", colour: "--odd" },
  { name: "malformed", label: "malformed", colour: "--muted", dash: [4, 3] },
];
const PERCENTILES = [
  { name: "p50", label: "p50", colour: "--good" },
  { name: "p90", label: "p90", colour: "--warn" },
  { name: "p99", label: "p99", colour: "--bad" },
];
const STATES = { STARTING: "starting", IDLE: "idle", LEASED: "running", DEAD: "ended" };
const NEVER_RAN = [
  "MALFORMED_REQUEST",
  "INPUT_SIZE",
  "SOURCE_SIZE",
  "SCRIPT_NOT_FOUND",
  "DEADLINE_EXCEEDED",
];

const throughput = plot(byId("throughput"), { format: count });
const latency = plot(byId("latency"), { format: micros, log: true });
const violations = plot(byId("violations"), { format: count });
const rates = new History();
const kinds = new History();
const times = {
  endToEnd: new History(),
  queue: new History(),
  cpu: new History(),
  wall: new History(),
};

/** The kinds of violations, in the order in which they were seen, which gives them their colours. */
const occurred = [];

/** What was told in the last minute, the newest last. */
let told = [];
let view = null;

// The plots

/** By how much each count has grown. */
function growth(before, of) {
  const counts = Object.entries(of(view.activity));
  return Object.fromEntries(
    counts.map(([name, value]) => [name, value - (of(before.activity)[name] ?? 0)]),
  );
}

function ratesSince(before) {
  const seconds = (view.at - before.at) / 1000;
  const grown = Object.entries(growth(before, ({ executions }) => executions));
  return Object.fromEntries(grown.map(([name, value]) => [name, value / seconds]));
}

function remember(first) {
  const before = told.at(-1);
  if (before && (before.worker !== view.worker || before.uptimeMillis > view.uptimeMillis)) {
    told = []; // another worker, which counts anew
  }
  told = told.filter(({ at }) => at >= view.at - MINUTE_MS);
  if (told.length > 0) {
    rates.add(view.at, ratesSince(told.at(-1)));
    kinds.add(
      view.at,
      growth(told[0], ({ violations }) => violations),
    );
  }
  if (!first) {
    // The first ones may be of any length of time, in which nobody watched.
    for (const [of, history] of Object.entries(times)) {
      const { count: some, ...values } = view.activity.latency[of];
      history.add(view.at, some ? values : {});
    }
  }
  told.push(view);
}

function showPlots() {
  for (const kind of Object.keys(view.activity.violations)) {
    if (!occurred.includes(kind)) occurred.push(kind);
  }
  throughput.show(STATUSES, rates);
  latency.show(PERCENTILES, times[byId("latency-of").value]);
  byId("no-violations").hidden = occurred.length > 0;
  byId("violations").hidden = occurred.length === 0;
  if (occurred.length > 0) {
    violations.show(
      occurred.map((name, i) => ({
        name,
        label: name,
        colour: LINES[i % LINES.length],
        dash: i < LINES.length ? undefined : [4, 3],
      })),
      kinds,
    );
  }
}

// The figures

function rateOfLate() {
  const from = told.find(({ at }) => at >= view.at - SMOOTH_MS - 500);
  if (from === view) return "–";
  return count(Object.values(ratesSince(from)).reduce((sum, rate) => sum + rate, 0));
}

function p99OfLate() {
  const [, ...later] = told; // see remember
  const last = later.findLast(({ activity }) => activity.latency.endToEnd.count > 0);
  return last && last.at > view.at - 2 * SMOOTH_MS
    ? micros(last.activity.latency.endToEnd.p99)
    : "–";
}

function showFigures() {
  const busy = view.sandboxes.filter(({ running }) => running).length;
  say(byId("figure-rate"), rateOfLate());
  say(byId("figure-waiting"), count(view.dispatch.waiting));
  say(
    byId("figure-oldest"),
    view.dispatch.waiting ? micros(view.dispatch.oldestNanos / 1000) : "–",
  );
  say(byId("figure-flight"), count(view.intake.inFlight));
  say(byId("figure-busy"), `${busy} of ${view.poolSize}`);
  say(byId("figure-p99"), p99OfLate());
}

// The tables

const millis = (value) => micros(value * 1000);

function quota(used, limit) {
  return {
    label: `${millis(used)} of ${millis(limit)}`,
    part: used / limit,
    high: used >= 0.8 * limit,
  };
}

const showSandboxes = tables.table("sandboxes", ({ id }) => id, [
  tables.code(({ id }) => String(id)),
  tables.chip(({ state }) => ({ label: STATES[state], className: state.toLowerCase() })),
  tables.number(({ ageMillis }) => millis(ageMillis)),
  tables.number(({ residentBytes }) => (residentBytes ? bytes(residentBytes) : "–")),
  tables.number(({ executions }) => count(executions)),
  tables.code(({ running }) => running?.executionId ?? ""),
  tables.text(({ running }) => running?.tenant ?? "", "name"),
  tables.code(({ running }) => running?.script ?? ""),
  tables.bar(({ running }) => running && quota(running.cpuMillis, running.cpuLimitMillis)),
  tables.bar(({ running }) => running && quota(running.wallMillis, running.wallLimitMillis)),
]);

const showTenants = tables.table("tenants", ({ tenant }) => tenant, [
  tables.text(({ tenant }) => tenant, "name"),
  tables.number(({ executions }) => count(executions)),
  tables.number(({ cpuMicros }) => micros(cpuMicros)),
  tables.number(({ late }) => micros(late)),
  tables.bar(({ late, all }) => ({
    label: all ? `${Math.round((100 * late) / all)} %` : "–",
    part: all ? late / all : null,
    high: false,
  })),
]);

const showLag = tables.table("lag", ({ topic, partition }) => `${topic}-${partition}`, [
  tables.code(({ topic }) => topic),
  tables.number(({ partition }) => String(partition)),
  tables.number(({ lag }) => (lag < 0 ? "not known" : count(lag))),
  tables.chip(({ paused }) => ({
    label: paused ? "paused" : "yes",
    className: paused ? "paused" : "",
  })),
]);

function tenantsOfLate() {
  const before = new Map(told[0].activity.tenants.map((use) => [use.tenant, use.cpuMicros]));
  const uses = view.activity.tenants.map((use) => ({
    ...use,
    late: use.cpuMicros - (before.get(use.tenant) ?? 0),
  }));
  const all = uses.reduce((sum, { late }) => sum + late, 0);
  return uses
    .map((use) => ({ ...use, all }))
    .sort((a, b) => b.late - a.late || b.cpuMicros - a.cpuMicros);
}

function showTables() {
  const { started, killed, crashed, recycled } = view.pool;
  showSandboxes(view.sandboxes);
  say(
    byId("sandboxes-about"),
    `${count(view.poolSize)} at a time; since the start ${count(started)} started,` +
      ` ${count(killed)} killed, ${count(crashed)} crashed, ${count(recycled)} recycled`,
  );
  showTenants(tenantsOfLate());
  const { partitions, shared } = view.intake;
  showLag(partitions);
  const lag = partitions.reduce((sum, partition) => sum + Math.max(0, partition.lag), 0);
  const what = shared ? "that its share group has not answered yet" : "not read yet";
  say(byId("lag-about"), partitions.length ? `${count(lag)} records ${what}` : "");
}

// The troubles

const troubleKey = ({ at, position, kind }) => `${at} ${position} ${kind}`;
const seen = new Map();
let listed = [];

const showTroubles = tables.table("troubles", troubleKey, [
  tables.text(({ at }) => timeOfDay(at), "time"),
  tables.chip(({ kind }) => ({ label: kind, className: classOf(kind) })),
  tables.text(({ tenant }) => tenant, "name"),
  tables.text(({ script, line }) => script + (line ? `:${line}` : ""), "script"),
  tables.text(({ reason }) => reason, "reason"),
  tables.twoLines(
    ({ position, executionId }) => [position, executionId === position ? "" : executionId],
    "position",
  ),
]);

function classOf(kind) {
  if (kind === "FAILED" || kind === "SCRIPT_FAILED") return "warn";
  return NEVER_RAN.includes(kind) ? "odd" : "bad";
}

function rememberTroubles() {
  for (const trouble of view.activity.troubles.toReversed()) {
    const key = troubleKey(trouble);
    if (!seen.has(key)) seen.set(key, trouble);
  }
  for (const key of seen.keys()) {
    if (seen.size <= MOST_TROUBLES) break;
    seen.delete(key);
  }
}

function listTroubles() {
  const paused = byId("troubles-pause").ariaPressed === "true";
  const all = [...seen.values()].reverse();
  if (!paused) listed = all;
  const choice = byId("troubles-kind");
  const offered = new Set([...choice.options].map(({ value }) => value));
  for (const { kind } of all) {
    if (!offered.has(kind)) choice.append(make("option", { value: kind }, kind));
    offered.add(kind);
  }
  showTroubles(listed.filter(({ kind }) => !choice.value || kind === choice.value));
  const known = new Set(listed);
  const more = all.filter((trouble) => !known.has(trouble)).length;
  say(byId("troubles-about"), paused ? `paused, ${count(more)} more since` : "the newest first");
}

byId("troubles-kind").addEventListener("change", listTroubles);
byId("troubles-pause").addEventListener("click", ({ currentTarget: button }) => {
  const paused = button.ariaPressed !== "true";
  button.ariaPressed = String(paused);
  say(button, paused ? "Go on" : "Pause");
  listTroubles();
});

// The head

function showHead() {
  const ready = view.troubles.length === 0;
  document.title = `${ready ? "" : "! "}${view.worker} · Paddock`;
  say(byId("worker"), view.worker);
  say(byId("about"), `group ${view.group}, up for ${millis(view.uptimeMillis)}`);
  byId("readiness").hidden = false;
  byId("readiness").className = `pill ${ready ? "good" : "bad"}`;
  say(byId("readiness"), ready ? "ready" : "not ready");
  const reasons = byId("reasons");
  reasons.hidden = ready;
  if (reasons.textContent !== view.troubles.join("")) {
    reasons.replaceChildren(...view.troubles.map((trouble) => make("p", {}, trouble)));
  }
}

function connection(words, className) {
  const pill = byId("connection");
  pill.className = `pill ${className}`;
  say(pill, words);
  document.body.classList.toggle("stale", className !== "good");
  byId("try-now").hidden = className !== "bad";
  byId("lost").hidden = className !== "bad";
}

function showView(now, first) {
  // A worker that runs on tells each sight once; after a lost connection one may come again.
  if (view?.at === now.at) return;
  view = now;
  document.body.classList.remove("unknown");
  remember(first);
  rememberTroubles();
  showHead();
  showFigures();
  showPlots();
  showTables();
  listTroubles();
}

byId("latency-of").addEventListener("change", () => view && showPlots());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const drawn of [throughput, latency, violations]) drawn.redraw();
});

// The token

const dialog = byId("token-dialog");

function askForToken() {
  const wrong = token.get() !== null;
  token.forget();
  connection("asks for a token", "warn");
  byId("sign-in").hidden = false;
  byId("sign-out").hidden = true;
  say(byId("token-problem"), wrong ? "The worker refused this token" : "");
  if (!dialog.open) dialog.showModal();
  byId("token").focus();
  byId("token").select();
}

const begin = watch({
  view: showView,
  live() {
    connection("live", "good");
    if (dialog.open) dialog.close();
    byId("token").value = "";
    byId("sign-in").hidden = true;
    byId("sign-out").hidden = token.get() === null;
    void workbench.learn();
  },
  lost(reason) {
    connection("not connected, trying again", "bad");
    say(byId("lost"), reason + (view ? `. What is shown is of ${timeOfDay(view.at)}.` : "."));
  },
  refused: askForToken,
});

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = byId("token").value.trim();
  if (!/^[!-~]+$/.test(given)) {
    say(byId("token-problem"), "A token has visible characters only, and no spaces");
    return;
  }
  token.set(given);
  begin();
});
byId("token-cancel").addEventListener("click", () => dialog.close());
byId("try-now").addEventListener("click", begin);
byId("sign-in").addEventListener("click", begin);
byId("sign-out").addEventListener("click", () => {
  token.forget();
  location.reload();
});

// The two views

const workbench = openWorkbench({ refused: askForToken });

function turn() {
  const trying = location.hash === "#workbench";
  byId("overview").hidden = trying;
  byId("workbench").hidden = !trying;
  byId("to-overview").ariaCurrent = trying ? null : "page";
  byId("to-workbench").ariaCurrent = trying ? "page" : null;
}

addEventListener("hashchange", turn);
turn();
begin();
