/* A course typed in session by session: three columns of scores. */

import { choice, fill, labelled, make } from "../parts/page.js";
import { numeric } from "../parts/sheet.js";
import { say } from "../parts/words.js";

const EVENTS = ["therapist_change", "frequency_change", "gap", "modality_change", "termination_announced", "treatment_ended"];
const FORMS = [
  ["wai-sr", "WAI-SR"],
  ["srs", "SRS"],
  ["wai-srt", "WAI-SRT"],
  ["phq-9", "PHQ-9"],
  ["gad-7", "GAD-7"],
  ["core-10", "CORE-10"],
  ["ors", "ORS"],
];
const FIRST_ROWS = 4;

const columns = ["wai-sr", "wai-srt", "phq-9"];
const rows = Array.from({ length: FIRST_ROWS }, emptyRow);

function emptyRow() {
  return { scores: columns.map(() => ""), event: "" };
}

/** The table to type into; `judge` takes the body of the request. */
export function typedCourse(judge) {
  const head = make("tr", {});
  const body = make("tbody", {});
  const draw = () => {
    const heads = [say("course.session"), ...columns.map(nameOf), say("course.event")];
    fill(head, heads.map((text) => make("th", { scope: "col" }, text)));
    fill(body, rows.map(row));
  };
  draw();
  const add = () => {
    rows.push(emptyRow());
    draw();
    body.lastElementChild.querySelector("input").focus();
  };
  return make(
    "form",
    { onsubmit: (event) => { event.preventDefault(); judge(requestOf()); } },
    make("p", { class: "hint" }, say("typed.hint")),
    make(
      "div",
      { class: "row" },
      columns.map((form, at) =>
        labelled(say("typed.column", { n: at + 1 }), choice(FORMS, form, { onchange: (event) => { columns[at] = event.target.value; draw(); } })),
      ),
    ),
    make(
      "div",
      { class: "scroll" },
      make(
        "table",
        {},
        make("caption", {}, say("typed.title")),
        make("thead", {}, head),
        body,
      ),
    ),
    make(
      "p",
      { class: "actions" },
      make("button", { type: "button", onclick: add }, say("typed.add")),
      " ",
      make("button", { type: "submit" }, say("course.judge")),
    ),
  );
}

function nameOf(form) {
  return FORMS.find(([id]) => id === form)[1];
}

function row(line, index) {
  const session = index + 1;
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, String(session)),
    columns.map((form, at) =>
      make(
        "td",
        {},
        make("input", {
          type: "text",
          inputmode: "decimal",
          autocomplete: "off",
          size: "5",
          value: line.scores[at],
          "aria-label": say("typed.cell", { form: nameOf(form), session }),
          oninput: (event) => { line.scores[at] = event.target.value; },
        }),
      ),
    ),
    make(
      "td",
      {},
      choice([["", "–"], ...EVENTS.map((event) => [event, say(`event.${event}`)])], line.event, {
        "aria-label": say("typed.event", { session }),
        onchange: (event) => { line.event = event.target.value; },
      }),
    ),
  );
}

/** What was typed; a session of which nothing was typed is left out. */
function requestOf() {
  const typed = rows.map(({ scores, event }, index) => ({
    number: index + 1,
    ...(event && { events: [event] }),
    forms: columns
      .map((instrument, at) => ({ instrument, scores: { total: numeric(scores[at]) } }))
      .filter((_, at) => scores[at].trim() !== ""),
  }));
  return JSON.stringify({ sessions: typed.filter(({ forms, events }) => forms.length || events) });
}
