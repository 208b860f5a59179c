// Plots of the last minutes, by uPlot, which draws on a canvas. Their keys are texts beside them.

import { make, say } from "./text.js";

const SPAN_S = 300;
const GAP_S = 3; // the worker tells once a second
const HEIGHT_PX = 170;

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const hour = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** The colours of lines without a meaning of their own, in turns. */
export const LINES = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];

/** What was seen in the last minutes: values by name, null where there were none. */
export class History {
  #samples = [];

  add(at, values) {
    const seconds = at / 1000;
    const last = this.#samples.at(-1);
    if (last && seconds < last.at) this.#samples = []; // the clock was set back
    if (last && seconds - last.at > GAP_S) this.#samples.push({ at: last.at + 1, values: {} });
    this.#samples.push({ at: seconds, values });
    while (this.#samples[0].at < seconds - SPAN_S) this.#samples.shift();
  }

  columns(names) {
    const samples = this.#samples;
    return [
      samples.map(({ at }) => at),
      ...names.map((name) => samples.map(({ values }) => values[name] ?? null)),
    ];
  }
}

function linear(_, __, most) {
  return [0, most > 0 ? most * 1.1 : 1];
}

function logarithmic(_, least, most) {
  if (!(most > 0)) return [1000, 1e6];
  const floor = 10 ** Math.floor(Math.log10(least));
  return [floor, Math.max(10 ** Math.ceil(Math.log10(most)), floor * 10)];
}

/** Of a logarithmic scale only the powers of ten. */
function powers(_, at) {
  return at.map((value) => (Number.isInteger(Number(Math.log10(value).toFixed(6))) ? value : null));
}

/**
 * A plot in an element.
 *
 * @param format makes texts of values
 * @param log whether the scale is logarithmic
 * @return show(lines, history), lines being {name, label, colour, dash, fill}; and redraw()
 */
export function plot(element, { format, log = false }) {
  const canvas = make("div", { ariaHidden: "true" });
  const keys = make("ul", { className: "keys" });
  element.append(canvas, keys);
  let drawn = null;
  let shown = "";
  let values = [];

  function tell(index) {
    values.forEach((value, i) => {
      const at = drawn.data[i + 1];
      const told = index == null ? at.at(-1) : at[index];
      say(value, told == null ? "–" : format(told));
    });
  }

  function draw(lines, data) {
    drawn?.destroy();
    const axis = {
      stroke: () => colour("--muted"),
      font: "11px system-ui, sans-serif",
      grid: { stroke: () => colour("--grid"), width: 1 },
      ticks: { show: false },
    };
    drawn = new uPlot(
      {
        width: canvas.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, sync: { key: "page" }, points: { size: 6 } },
        scales: {
          x: { range: (_, __, last) => (last == null ? [0, 1] : [last - SPAN_S, last]) },
          y: { distr: log ? 3 : 1, range: log ? logarithmic : linear },
        },
        axes: [
          {
            ...axis,
            size: 26,
            incrs: [60, 120],
            space: 44,
            values: (_, at) => at.map((seconds) => hour.format(seconds * 1000)),
          },
          {
            ...axis,
            ...(log && { filter: powers, grid: { ...axis.grid, filter: powers } }),
            size: 56,
            gap: 4,
            space: 26,
            values: (_, at) => at.map((value) => (value == null ? null : format(value))),
          },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            stroke: () => colour(line.colour),
            fill: line.fill ? () => `${colour(line.colour)}22` : undefined,
            width: 1.5,
            dash: line.dash,
            points: { show: false },
          })),
        ],
        hooks: { setCursor: [(own) => tell(own.cursor.idx)] },
      },
      data,
      canvas,
    );
    values = lines.map(() => make("b"));
    keys.replaceChildren(
      ...lines.map((line, i) => {
        const swatch = make("i", { className: line.dash ? "dashed" : "" });
        swatch.style.borderColor = `var(${line.colour})`;
        return make("li", {}, swatch, `${line.label} `, values[i]);
      }),
    );
  }

  new ResizeObserver(() => {
    const width = canvas.clientWidth;
    if (drawn && width > 0 && width !== drawn.width) drawn.setSize({ width, height: HEIGHT_PX });
  }).observe(canvas);

  return {
    show(lines, history) {
      const data = history.columns(lines.map(({ name }) => name));
      const now = lines.map(({ name }) => name).join();
      if (!drawn || now !== shown) draw(lines, data);
      else drawn.setData(data);
      shown = now;
      tell(drawn.cursor.idx);
    },
    redraw: () => drawn?.redraw(false),
  };
}
