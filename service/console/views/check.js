/* Check what somebody is writing, a definition or a mapping: its faults beside their lines. */

import { ask } from "../parts/calls.js";
import { lineOf, linesOf } from "../parts/lines.js";
import { announce, choice, fill, focusOn, labelled, make, table, theirs } from "../parts/page.js";
import { orTell } from "../parts/problems.js";
import { say } from "../parts/words.js";

const DRY_RUN = "v1/sources/score?dry_run=true&allow_partial=true";
const kept = { definition: "", mapping: "", payload: "" };

/** Both checks, one below the other. */
export async function show() {
  const { instruments } = await ask("v1/catalogue");
  return [make("h1", {}, say("check.title")), make("p", { class: "lead" }, say("check.lead")), definition(instruments), mapping()];
}

function definition(instruments) {
  const result = make("div", {});
  const area = editor("definition");
  const start = choice(instruments.map((one) => [one.id, one.id]), "phq-9");
  const load = () => orTell(result, async () => {
    area.value = pretty(await ask(`v1/instruments/${encodeURIComponent(start.value)}`));
    kept.definition = area.value;
    fill(result);
    announce(say("check.loaded"));
  });
  const check = () => orTell(result, async () => {
    const found = await ask("v1/definitions/check", area.value);
    fill(result, verdict(found, area));
    focusOn(result.querySelector("h3"));
  });
  return make(
    "section",
    {},
    make("h2", {}, say("check.definition")),
    make(
      "form",
      { class: "row", onsubmit: (event) => { event.preventDefault(); load(); } },
      labelled(say("check.start"), start),
      make("button", { type: "submit" }, say("check.load")),
    ),
    make(
      "form",
      { onsubmit: (event) => { event.preventDefault(); check(); } },
      labelled(say("check.definition_text"), area),
      make("p", { class: "actions" }, make("button", { type: "submit", class: "main" }, say("check.check"))),
    ),
    result,
  );
}

function mapping() {
  const result = make("div", {});
  const area = editor("mapping");
  const payload = editor("payload", "4");
  const load = () => orTell(result, async () => {
    const sample = await ask("console/samples/mapping.json");
    for (const [name, field] of [["mapping", area], ["payload", payload]]) {
      field.value = pretty(sample[name]);
      kept[name] = field.value;
    }
    fill(result);
    announce(say("check.loaded"));
  });
  const check = () => orTell(result, async () => {
    const found = await ask("v1/mappings/check", area.value);
    fill(result, verdict(found, area));
    if (found.valid && payload.value.trim()) await tryOut(result);
    focusOn(result.querySelector("h3"));
  });
  const tryOut = (shown) => ask(DRY_RUN, `{"mapping": ${area.value}, "payload": ${payload.value}}`).then((run) => shown.append(...dryRun(run)));
  return make(
    "section",
    {},
    make("h2", {}, say("check.mapping")),
    make("p", { class: "actions" }, make("button", { type: "button", onclick: load }, say("check.sample"))),
    make(
      "form",
      { onsubmit: (event) => { event.preventDefault(); check(); } },
      labelled(say("check.mapping_text"), area),
      labelled(say("check.payload"), payload, say("check.payload_hint")),
      make("p", { class: "actions" }, make("button", { type: "submit", class: "main" }, say("check.check"))),
    ),
    result,
  );
}

function editor(name, rows = "12") {
  const area = make("textarea", { rows, spellcheck: "false", autocomplete: "off", class: "code", oninput: () => { kept[name] = area.value; } });
  area.value = kept[name];
  return area;
}

function pretty(document) {
  return JSON.stringify(document, null, 2);
}

/** Whether it is valid, and each fault beside the line that it is about. */
function verdict({ valid, errors, warnings = [] }, area) {
  const lines = area.value.split("\n");
  const at = linesOf(area.value);
  const told = (issue, kind) => {
    const line = lineOf(at, issue.pointer);
    return [
      make("button", { type: "button", class: "link", onclick: () => mark(area, lines, line) }, say("check.line", { line })),
      make("code", {}, lines[line - 1].trim().slice(0, 80)),
      [make("code", {}, issue.pointer || "/"), " ", kind, theirs(issue.detail)],
    ];
  };
  const rows = [...errors.map((one) => told(one, null)), ...warnings.map((one) => told(one, `${say("check.warning")} `))];
  const title = valid ? say("check.valid") : say("check.faults", { n: errors.length });
  return [
    make("h3", { class: valid ? "good" : "bad" }, `${valid ? "✓" : "✗"} ${title}`),
    rows.length > 0 && table(title, ["check.where", "check.written", "check.what"].map((key) => say(key)), rows, { headed: true }),
  ];
}

/** Put the cursor on a line of the text. */
function mark(area, lines, line) {
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + lines[line - 1].length);
}

function dryRun(run) {
  const rows = run.keys.map((one) => [one.key, say(`outcome.${one.outcome}`), one.leads_to ?? "–", one.value === null || one.value === undefined ? "–" : String(one.value)]);
  const issues = [...run.errors, ...run.warnings];
  return [
    make("h3", {}, say("check.dry_run")),
    rows.length > 0 && table(say("check.dry_run"), ["check.key", "check.outcome", "check.leads_to", "check.value"].map((key) => say(key)), rows, { headed: true }),
    run.not_sent.length > 0 && make("p", {}, say("check.not_sent", { items: run.not_sent.join(", ") })),
    issues.length > 0 && make("ul", {}, issues.map((one) => make("li", {}, make("code", {}, one.pointer || "/"), " ", theirs(one.detail)))),
  ].filter(Boolean);
}
