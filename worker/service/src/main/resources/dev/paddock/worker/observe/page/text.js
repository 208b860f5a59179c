// Numbers and times for people, and elements whose texts are never read as HTML.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** A whole number, or a smaller one with a digit or two more. */
export function count(value) {
  if (value >= 10 || Number.isInteger(value)) return whole.format(value);
  return value.toFixed(value < 1 ? 2 : 1);
}

/** A time given in microseconds. */
export function micros(value) {
  if (value === 0) return "0 ms";
  if (value < 1000) return `${count(value)} µs`;
  if (value < 1e6) return `${count(value / 1000)} ms`;
  if (value < 120e6) return `${count(value / 1e6)} s`;
  const minutes = Math.floor(value / 60e6);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${whole.format(Math.floor(hours / 24))} d`;
}

/** A size in bytes. */
export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${count(Number(value.toFixed(1)))} ${units[unit]}`;
}

/** The time of day of a moment in ms since the epoch. */
export function timeOfDay(at) {
  return clock.format(at);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Changes a text only where it is another, so that what is selected stays so. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An element with properties, and children that are elements or texts. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
