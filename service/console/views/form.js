/* Fill a form in: one group of choices an item, and what is known of the person. */

import { ask, Refused } from "../parts/calls.js";
import { announce, choice, english, fill, labelled, make, nextId, theirs } from "../parts/page.js";
import { orTell } from "../parts/problems.js";
import { emptySheet, fillIn, NOT_ANSWERED, NOT_APPLICABLE, remember, requestOf, sheetOf } from "../parts/sheet.js";
import { say, sayCode } from "../parts/words.js";
import { licence } from "./find.js";

const MOST_CHOICES = 12; // more answers than this are typed in
const TOGETHER = 1000; // ms within which digits are one number

/** The sheet of one instrument. */
export async function show(id) {
  if (!id) throw new Refused({ code: "unknown_instrument" });
  const definition = await ask(`v1/instruments/${encodeURIComponent(id)}`);
  const head = [
    make("h1", {}, theirs(definition.title)),
    make("p", { class: "facts" }, theirs([definition.id, definition.version, definition.timeframe].filter(Boolean).join(" · "))),
    notes(definition.notes),
    licence(definition.licence),
  ];
  if (definition.key === "required") {
    return [...head, make("section", { class: "problem" }, make("h2", {}, say("form.no_key")), make("p", {}, theirs(definition.key_instructions ?? "")))];
  }
  const sheet = sheetOf(definition);
  const faults = make("div", {});
  const items = make("div", { class: "items" });
  const person = make("div", {});

  function draw() {
    fill(items, definition.items.map((item) => group(definition, sheet, item)));
    fill(person, about(definition, sheet, draw));
  }

  draw();
  import("./report.js").catch(() => null); // it is wanted next
  return [
    head,
    examples(definition, draw),
    make(
      "form",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          // Of a time that is half filled in the browser gives nothing: it would pass for no answer.
          const half = items.querySelector("input[type=time]:invalid");
          if (half) half.reportValidity();
          else orTell(faults, () => score(definition, sheet), (pointer) => placeOf(definition, pointer));
        },
      },
      !definition.licence.text_included && make("p", { class: "hint" }, say("form.no_text")),
      make("p", { class: "hint" }, say("form.keys")),
      items,
      person,
      faults,
      make(
        "p",
        { class: "actions" },
        make("button", { type: "submit", class: "main" }, say("form.score")),
        " ",
        make(
          "button",
          {
            type: "button",
            onclick: () => {
              Object.assign(sheet, emptySheet());
              draw();
              announce(say("form.emptied"));
            },
          },
          say("form.empty"),
        ),
      ),
    ),
  ];
}

async function score(definition, sheet) {
  const body = requestOf(definition, sheet);
  const path = `v1/instruments/${encodeURIComponent(definition.id)}/score`;
  const report = await ask(path, body);
  remember({ definition, path, body, report });
  location.hash = "#/report";
}

function notes(texts) {
  return texts?.length
    ? make("details", {}, make("summary", {}, say("form.notes")), make("ul", {}, texts.map((text) => make("li", {}, theirs(text)))))
    : null;
}

function examples(definition, draw) {
  if (!definition.examples?.length) return null;
  const select = choice(definition.examples.map((example, index) => [String(index), example.title, english()]), "0");
  const fillButton = make(
    "button",
    {
      type: "button",
      onclick: () => {
        fillIn(definition, definition.examples[Number(select.value)]);
        draw();
        announce(say("form.filled"));
      },
    },
    say("form.fill"),
  );
  return make("div", { class: "row" }, labelled(say("form.example"), select), fillButton);
}

function group(definition, sheet, item) {
  const name = item.text ?? say("form.item", { id: item.id });
  const legend = make("legend", { id: legendId(item.id), tabindex: "-1" }, item.text ? `${item.id}. ` : null, item.text ? theirs(name) : name);
  const set = definition.response_sets[item.response_set];
  const values = set.clock ? null : choices(set, sheet.encoding);
  return values ? radios(sheet, item, legend, values) : typed(definition, sheet, item, legend);
}

function radios(sheet, item, legend, values) {
  const chosen = sheet.answers[item.id] ?? NOT_ANSWERED;
  const name = nextId();
  const buttons = new Map();
  const take = (value) => {
    sheet.answers[item.id] = value;
    buttons.get(value).checked = true;
  };
  const option = (value, label, kind) => {
    const button = make("input", { type: "radio", name, value, onchange: () => take(value) });
    button.checked = value === chosen;
    buttons.set(value, button);
    return make("label", { class: kind }, button, make("span", {}, label));
  };
  let typed = { text: "", at: -TOGETHER };
  return make(
    "fieldset",
    {
      onkeydown: (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
        const begun = event.timeStamp - typed.at < TOGETHER ? typed.text : "";
        const fits = (text) => values.some(([value]) => value.startsWith(text));
        const text = [begun + event.key, event.key].find(fits);
        typed = { text: text ?? "", at: event.timeStamp };
        if (!buttons.has(text)) return;
        take(text);
        buttons.get(text).focus();
      },
    },
    legend,
    make(
      "div",
      { class: "choices" },
      values.map(([value, label]) => option(value, label ? [make("b", {}, value), " ", theirs(label)] : value, "answer")),
      option(NOT_ANSWERED, say("form.not_answered"), "without"),
      option(NOT_APPLICABLE, say("form.not_applicable"), "without"),
    ),
  );
}

function typed(definition, sheet, item, legend) {
  const { min, max, clock } = definition.response_sets[item.response_set];
  const answer = sheet.answers[item.id] ?? NOT_ANSWERED;
  const excused = make("input", { type: "checkbox" });
  // A time field gives "HH:MM" of 24 hours, however the browser shows it.
  const field = clock ? make("input", { type: "time" }) : make("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const keep = () => {
    field.disabled = excused.checked;
    sheet.answers[item.id] = excused.checked ? NOT_APPLICABLE : field.value.trim();
  };
  excused.checked = answer === NOT_APPLICABLE;
  field.value = excused.checked ? "" : answer;
  field.disabled = excused.checked;
  field.addEventListener("input", keep);
  excused.addEventListener("change", keep);
  return make(
    "fieldset",
    {},
    legend,
    make(
      "div",
      { class: "row" },
      labelled(clock ? say("form.clock") : say("form.number", { min, max }), field),
      make("label", { class: "without" }, excused, make("span", {}, say("form.not_applicable"))),
    ),
  );
}

/** The answers that can be chosen, each with its label; null where they are typed in. */
function choices(set, encoding) {
  const options = set.options ?? ranged(set);
  if (!options || options.length > MOST_CHOICES) return null;
  const columns = encoding === "position";
  return options.map(({ value, label }, index) => [String(columns ? index + 1 : value), columns ? null : label]);
}

function ranged({ min, max, step = 1 }) {
  if (step === null || (max - min) / step >= MOST_CHOICES) return null;
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, index) => ({ value: min + index * step }));
}

function about(definition, sheet, draw) {
  const keep = (member) => (event) => {
    sheet[member] = event.target.value;
  };
  const text = (member) => make("input", { id: member, type: "text", inputmode: "numeric", autocomplete: "off", value: sheet[member], size: "4", oninput: keep(member) });
  const sexes = ["", "female", "male", "other", "unknown"].map((sex) => [sex, say(sex ? `sex.${sex}` : "form.not_told")]);
  const raters = (definition.perspectives ?? []).map((rater) => [rater, sayCode(rater)]);
  const norms = [
    ["default", say("form.norms_default")],
    ["none", say("form.norms_none")],
    ["all", say("form.norms_all")],
    ...(definition.norms ?? []).map((norm) => [norm.id, norm.population, english()]),
  ];
  const encoded = (event) => {
    sheet.encoding = event.target.value;
    sheet.answers = {};
    draw();
    document.getElementById("encoding").focus();
  };
  const encodings = ["value", "position"].map((one) => [one, say(`form.encoding_${one}`)]);
  return make(
    "fieldset",
    { class: "person" },
    make("legend", {}, say("form.about")),
    make(
      "div",
      { class: "row" },
      raters.length > 0 && labelled(say("form.rater"), choice([["", say("form.choose")], ...raters], sheet.perspective, { id: "perspective", onchange: keep("perspective") })),
      labelled(say("form.age"), text("age")),
      labelled(say("form.sex"), choice(sexes, sheet.sex, { id: "sex", onchange: keep("sex") })),
      (definition.norms ?? []).length > 0 && labelled(say("form.norms"), choice(norms, sheet.norms, { onchange: keep("norms") })),
      definition.items.some((item) => item.mirrored) &&
        labelled(say("form.encoding"), choice(encodings, sheet.encoding, { id: "encoding", onchange: encoded }), say("form.encoding_hint")),
    ),
    make(
      "details",
      {},
      make("summary", {}, say("form.baseline")),
      make("p", { class: "hint" }, say("form.baseline_hint")),
      make("div", { class: "row" }, definition.scales.map((scale) => labelled(theirs(scale.title), earlier(sheet, scale.id)))),
    ),
  );
}

function earlier(sheet, scale) {
  const field = make("input", {
    id: earlierId(scale),
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    size: "6",
    value: sheet.baseline[scale] ?? "",
    oninput: () => {
      sheet.baseline[scale] = field.value;
    },
  });
  return field;
}

/** Where a pointer of a fault leads: to the item or the field that it is about. */
function placeOf(definition, pointer) {
  const places = new Map([
    ["/perspective", ["perspective", say("form.rater")]],
    ["/respondent/age", ["age", say("form.age")]],
    ["/respondent/sex", ["sex", say("form.sex")]],
    ...definition.items.map(({ id }) => [`/answers/${id}`, [legendId(id), say("form.item", { id })]]),
    ...definition.scales.map(({ id, title }) => [`/baseline/scores/${id}`, [earlierId(id), [say("form.baseline"), ", ", theirs(title)]]]),
  ]);
  if (!places.has(pointer)) return make("code", {}, pointer || "/");
  const [id, name] = places.get(pointer);
  const go = () => {
    const place = document.getElementById(id);
    place.closest("details")?.setAttribute("open", "");
    place.focus();
  };
  return make("button", { type: "button", class: "link", onclick: go }, name);
}

function earlierId(scale) {
  return `earlier-${scale}`;
}

function legendId(item) {
  return `item-${item}`;
}
