/* What the service refused, for the person who must act. */

import { Refused } from "./calls.js";
import { fill, make, theirs } from "./page.js";
import { say } from "./words.js";

/** Tell a problem with all its faults; `place` says where a pointer leads, as text or element. */
export function tell(problem, place = (pointer) => make("code", {}, pointer || "/")) {
  const own = { unreachable: "problem.unreachable", unauthorized: "problem.unauthorized", forbidden: "problem.forbidden" };
  const key = own[problem.code];
  return make(
    "section",
    { class: "problem", role: "alert" },
    make("h2", {}, say("problem.title")),
    make("p", {}, key ? say(key) : theirs(problem.detail ?? problem.code)),
    problem.errors?.length > 0 &&
      make(
        "ul",
        {},
        problem.errors.map((fault) =>
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
  if (values === undefined || values === null) return null;
  const shown = typeof values === "string" ? values : JSON.stringify(values);
  return [" ", make("span", { class: "hint" }, say("problem.allowed"), " ", make("code", {}, shown))];
}
