/* A course of treatment: bring one, and see what was noticed, when, and why. */

import { ask } from "../parts/calls.js";
import { readCourses } from "../parts/courses.js";
import { lineOf, linesOf } from "../parts/lines.js";
import { announce, choice, fill, focusOn, labelled, make } from "../parts/page.js";
import { orTell } from "../parts/problems.js";
import { say } from "../parts/words.js";
import { courseReport } from "./course-report.js";
import { typedCourse } from "./course-typed.js";

let brought = "";
let judged = null; // the course that is shown, as it was sent

/** The places for a course, and below them what the service says of it. */
export async function show() {
  const samples = await ask("console/samples/courses.json");
  const result = make("div", { id: "course" });
  const which = make("div", {});
  const told = make("div", {});

  const judge = (body, then = "h2") => orTell(told, async () => {
    fill(told);
    fill(result, await courseReport(body, judge));
    judged = body;
    if (then) focusOn(result.querySelector(then));
  }, (pointer) => placeIn(body, pointer));

  const area = make("textarea", { rows: "8", spellcheck: "false", autocomplete: "off" });
  area.value = brought;
  const choose = (courses) => fill(which, courses.length > 1 && oneOf(courses, judge));
  const bring = () => {
    brought = area.value;
    const { courses, faults } = readCourses(brought);
    fill(result);
    judged = null;
    fill(told, faults.length > 0 && make("section", { class: "problem", role: "alert" }, make("h2", {}, say("problem.title")), make("ul", {}, faults.map((fault) => make("li", {}, fault)))));
    choose(courses);
    if (courses.length && !faults.length) judge(courses[0].body);
  };
  const file = make("input", {
    type: "file",
    accept: ".json,.ndjson,.jsonl,.csv,.txt",
    onchange: async () => {
      if (!file.files.length) return;
      area.value = await file.files[0].text();
      bring();
    },
  });
  const sample = choice(samples.map(({ id }) => [id, say(`sample.${id}`)]), samples[0].id);
  const showSample = () => {
    const { sessions } = samples.find(({ id }) => id === sample.value);
    area.value = `{"sessions": [\n${sessions.map((session) => `  ${JSON.stringify(session)}`).join(",\n")}\n]}`;
    announce(say("course.sample_shown"));
    bring();
  };

  if (judged) {
    choose(readCourses(brought).courses);
    await judge(judged, null);
  }
  return [
    make("h1", {}, say("course.title")),
    make("p", { class: "lead" }, say("course.lead")),
    make(
      "form",
      { class: "row", onsubmit: (event) => { event.preventDefault(); showSample(); } },
      labelled(say("course.sample"), sample),
      make("button", { type: "submit" }, say("course.show_sample")),
    ),
    make(
      "form",
      { onsubmit: (event) => { event.preventDefault(); bring(); } },
      labelled(say("course.text"), area, say("course.text_hint")),
      make("div", { class: "row" }, labelled(say("course.file"), file), make("button", { type: "submit", class: "main" }, say("course.judge"))),
    ),
    make("details", {}, make("summary", {}, say("typed.title")), typedCourse(judge)),
    which,
    told,
    result,
  ];
}

/** Where a pointer leads in the text that was brought, as far as that is what was sent. */
function placeIn(body, pointer) {
  const where = make("code", {}, pointer || "/");
  if (brought.trim() !== body) return where;
  return [say("course.line", { line: lineOf(linesOf(brought), pointer) }), ", ", where];
}

function oneOf(courses, judge) {
  const shown = courses.findIndex(({ body }) => body === judged);
  const select = choice(courses.map(({ name }, index) => [String(index), name]), String(Math.max(shown, 0)));
  return make(
    "form",
    { class: "row", onsubmit: (event) => { event.preventDefault(); judge(courses[Number(select.value)].body); } },
    labelled(say("course.which", { n: courses.length }), select),
    make("button", { type: "submit" }, say("course.judge")),
  );
}
