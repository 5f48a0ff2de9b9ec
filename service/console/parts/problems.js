/* What the service refused, for the person who must act. */

import { Refused } from "./calls.js";
import { fill, make, theirs } from "./page.js";
import { say } from "./words.js";

/** Problems that the page tells in its own words, which say what to do here. */
const OWN = {
  unreachable: "problem.unreachable",
  unauthorized: "problem.unauthorized",
  forbidden: "problem.forbidden",
  unknown_instrument: "problem.no_form",
};

/** Tell a problem with all its faults; `place` says where a pointer leads, as text or element. */
export function tell(problem, place = (pointer) => make("code", {}, pointer || "/")) {
  const key = OWN[problem.code];
  const faults = problem.errors ?? [];
  return make(
    "section",
    { class: "problem", role: "alert" },
    make("h2", {}, say("problem.title")),
    (key || !faults.length) && make("p", {}, key ? say(key) : theirs(problem.detail ?? problem.code)),
    faults.length > 0 &&
      make(
        "ul",
        {},
        faults.map((fault) =>
          make("li", {}, place(fault.pointer), ": ", theirs(fault.detail), allowed(fault.allowed)),
        ),
      ),
  );
}

/** Do something that calls the service; what it refuses is told in `target`. */
export async function orTell(target, action, place) {
  try {
    await action();
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    fill(target, tell(fault.problem, place));
  }
}

function allowed(values) {
  if (values === undefined || values === null || values.length === 0) return null;
  const isPlain = Array.isArray(values) && values.every((one) => typeof one !== "object");
  const shown = isPlain ? values.join(", ") : typeof values === "string" ? values : JSON.stringify(values);
  return [" ", make("span", { class: "hint" }, say("problem.allowed"), " ", make("code", {}, shown))];
}
