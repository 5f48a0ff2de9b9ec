/* A score on its range: the interval of measurement error, the bands and the cut-offs. */

import { make } from "./page.js";
import { number, say } from "./words.js";

/** Draw it; null where the range or the score is not known. `bands` are those of one published set. */
export function rangeOf(score, bands) {
  const { minimum, maximum, value } = score;
  if (value === null || minimum === null || maximum === null) return null;
  const at = (one) => (100 * (Math.min(maximum, Math.max(minimum, one)) - minimum)) / (maximum - minimum);
  const interval = score.precision?.interval;
  return make(
    "div",
    { class: "range" },
    make(
      "div",
      { class: "line", role: "img", "aria-label": inWords(score, interval) },
      bands.map((band, index) => span("band", at(band.min ?? minimum), at(bands[index + 1]?.min ?? maximum), index % 2 ? "odd" : null)),
      interval && span("interval", at(interval.low), at(interval.high)),
      score.cutoffs.map((cutoff) => point("cutoff", at(cutoff.value))),
      point("value", at(value)),
    ),
    make("div", { class: "ends", "aria-hidden": "true" }, make("span", {}, number(minimum)), make("span", {}, number(maximum))),
  );
}

function span(kind, from, to, more) {
  const node = make("span", { class: more ? `${kind} ${more}` : kind });
  node.style.left = `${from}%`;
  node.style.width = `${to - from}%`;
  return node;
}

function point(kind, at) {
  const node = make("span", { class: kind });
  node.style.left = `${at}%`;
  return node;
}

function inWords({ value, minimum, maximum }, interval) {
  const told = { value: number(value), low: number(minimum), high: number(maximum) };
  const error = interval ? ` ${say("report.interval", { low: number(interval.low), high: number(interval.high) })}` : "";
  return say("report.range", told) + error;
}
