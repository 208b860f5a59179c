// Tables that change in place, so that what a person reads or selects stays where it is.

import { byId, make, say } from "./text.js";

/** A column that shows a text. */
export const text = (of, className = "") => ({
  className,
  show: (cell, item) => say(cell, of(item)),
});

/** A column with what may be cut off where there is little room. */
export const code = (of) => ({
  className: "code",
  show(cell, item) {
    say(cell, of(item));
    cell.title = cell.textContent;
  },
});

export const number = (of) => text(of, "number");

/** A column with a text and a bar; of(item) gives {label, part, high}, part being from 0 to 1, or null. */
export const bar = (of) => ({
  className: "quota",
  show(cell, item) {
    const { label, part, high } = of(item) ?? { label: "", part: null, high: false };
    if (!cell.firstChild) {
      cell.append(make("span"), make("div", { className: "bar" }, make("div")));
    }
    const [words, track] = cell.children;
    say(words, label);
    track.hidden = part == null;
    track.firstChild.style.width = `${100 * Math.min(1, part ?? 0)}%`;
    track.classList.toggle("high", high);
  },
});

/** A column with a coloured word; of(item) gives {label, className}. */
export const chip = (of) => ({
  className: "",
  show(cell, item) {
    const { label, className } = of(item);
    if (!cell.firstChild) cell.append(make("span"));
    cell.firstChild.className = `chip ${className}`;
    say(cell.firstChild, label);
  },
});

/** A column with two lines. */
export const twoLines = (of, className = "") => ({
  className,
  show(cell, item) {
    const [first, second] = of(item);
    if (!cell.firstChild) cell.append(make("span"), make("small"));
    say(cell.firstChild, first);
    say(cell.lastChild, second);
  },
});

/**
 * A table of the page.
 *
 * @param keyOf what tells an item from others
 * @return shows items in their order
 */
export function table(id, keyOf, columns) {
  const own = byId(id);
  const [body] = own.tBodies;
  const frame = own.parentElement;
  const empty = frame.nextElementSibling;
  const rows = new Map();

  function row() {
    return make("tr", {}, ...columns.map(({ className }) => make("td", { className })));
  }

  return (items) => {
    const gone = new Set(rows.keys());
    items.forEach((item, i) => {
      const key = keyOf(item);
      gone.delete(key);
      if (!rows.has(key)) rows.set(key, row());
      const own = rows.get(key);
      columns.forEach((column, c) => column.show(own.cells[c], item));
      if (body.children[i] !== own) body.insertBefore(own, body.children[i] ?? null);
    });
    for (const key of gone) {
      rows.get(key).remove();
      rows.delete(key);
    }
    frame.hidden = items.length === 0;
    empty.hidden = items.length > 0;
  };
}
