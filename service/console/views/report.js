/* The report of a form: safety first, then what each scale says, and why where it says nothing. */

import { said } from "../parts/answers.js";
import { asCurl, ask } from "../parts/calls.js";
import { command } from "../parts/command.js";
import { drawing } from "../parts/drawing.js";
import { announce, fill, make, outward, table, theirs } from "../parts/page.js";
import { orTell } from "../parts/problems.js";
import { rangeOf } from "../parts/range.js";
import { compareWith, remember, remembered } from "../parts/sheet.js";
import { language, number, percent, say, sayCode, sayRule } from "../parts/words.js";

const SIGNS = { ">=": "≥", "<=": "≤" };

/** The report that was asked for last. */
export async function show() {
  const known = remembered();
  if (!known) {
    return [make("h1", {}, say("report.title")), make("p", {}, say("report.none"), " ", make("a", { href: "#/find" }, say("find.title")))];
  }
  if (known.language !== language()) {
    remember({ ...known, report: await ask(known.path, known.body) });
    return show();
  }
  const { definition, report } = known;
  const cite = citations(report.sources);
  return [
    make("h1", {}, theirs(definition.title)),
    identity(report),
    actions(known),
    safety(report, cite),
    remarks(report),
    Object.entries(report.scores).map(([id, score]) => scale(definition.scales.find((one) => one.id === id), score, cite)),
    criteria(report.criteria, cite),
    sources(report.sources, cite),
    card(known),
  ];
}

/** The same content as one picture, for those who show it elsewhere. */
function card({ definition, path, body, report }) {
  const alt = say("report.card_alt", { title: definition.title });
  const plain = path.replace(/\?.*/, "");
  return drawing({ path: plain, body, name: report.instrument.id, title: say("report.card"), alt, caption: say("report.card_caption") });
}

function identity(report) {
  const { id, version, digest } = report.instrument;
  const facts = [id, version, digest.slice(0, 19), say("report.service", { version: report.service_version })];
  if (report.perspective) facts.push(sayCode(report.perspective));
  return make("p", { class: "facts" }, facts.join(" · "));
}

function actions(known) {
  const told = make("div", {});
  const working = Object.values(known.report.scores).some((score) => score.working);
  const toggle = async () => {
    const path = known.path.replace(/\?.*/, "") + (working ? "" : "?working=true");
    remember({ ...known, path, report: await ask(path, known.body) });
    fill(document.getElementById("main"), await show());
    document.getElementById("working").focus();
    announce(say(working ? "report.working_hidden" : "report.working_shown"));
  };
  const compare = () => {
    compareWith(known);
    location.hash = `#/form/${encodeURIComponent(known.definition.id)}`;
  };
  const button = (label, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, label);
  return make(
    "div",
    { class: "actions screen" },
    make("a", { href: `#/form/${encodeURIComponent(known.definition.id)}`, class: "button" }, say("report.back")),
    " ",
    button(say(working ? "report.hide_working" : "report.show_working"), () => orTell(told, toggle), { id: "working", "aria-pressed": String(working) }),
    " ",
    button(say("report.next_form"), compare),
    " ",
    button(say("report.print"), () => print()),
    " ",
    command(say("report.curl"), () => asCurl(known.path, known.body)),
    told,
  );
}

/** The place of a safety flag among others: raised, undecided, not raised. */
export function flagOrder(risk) {
  return risk.raised ? 0 : risk.raised === null ? 1 : 2;
}

/** A safety flag in words; `form` names its form where there are several. */
export function flag(risk, form = "") {
  return [
    make("strong", {}, say(["report.raised", "report.undecided", "report.not_raised"][flagOrder(risk)])),
    " ",
    form,
    risk.title,
    ` (${say("form.item", { id: risk.item })}`,
    risk.raised ? `, ${say(`severity.${risk.severity}`)}). ` : "). ",
    risk.message && risk.message,
  ];
}

function safety({ risks }, cite) {
  const sorted = [...risks].sort((one, other) => flagOrder(one) - flagOrder(other));
  const worst = sorted.length ? flagOrder(sorted[0]) : 2;
  return make(
    "section",
    { class: ["safety raised", "safety unknown", "safety"][worst] },
    make("h2", {}, say("report.safety")),
    sorted.length
      ? make(
          "ul",
          {},
          sorted.map((risk) =>
            make("li", {}, flag(risk), cite(risk.source)),
          ),
        )
      : make("p", {}, say("report.no_flags")),
  );
}

function remarks(report) {
  const { quality } = report;
  const lines = [
    report.missing.length > 0 && say("report.missing", { items: report.missing.join(", ") }),
    report.not_applicable.length > 0 && say("report.not_applicable", { items: report.not_applicable.join(", ") }),
    quality.straightlined && say("report.straightlined"),
    quality.ceiling && say("report.ceiling"),
    ...report.warnings.map((warning) => warning.detail),
  ].filter(Boolean);
  return [
    make("p", {}, say("report.answered", { n: report.answered })),
    lines.length > 0 && make("section", { class: "remarks" }, make("h2", {}, say("report.remarks")), make("ul", {}, lines.map((line) => make("li", {}, line)))),
  ];
}

function scale(defined, score, cite) {
  const scored = score.status === "scored";
  return make(
    "section",
    { class: "scale" },
    make("h2", {}, score.title),
    scored
      ? make("p", { class: "score" }, make("b", {}, number(score.value)), " ", scope(score))
      : make("p", { class: "score" }, make("b", {}, say("report.not_scored")), " ", sayCode(score.reason)),
    scored && rangeOf(score, bandsOf(defined, score)),
    facts([
      [say("report.counted"), counted(score)],
      [say("report.precision"), precision(score, cite)],
      [say("report.bands"), bands(score, cite)],
      [say("report.cutoffs"), cutoffs(score, cite)],
      [say("report.norms"), norms(score, cite)],
      [say("report.linked"), linked(score, cite)],
      [say("report.change"), change(score.change, cite)],
    ]),
    score.working && working(score),
  );
}

function scope(score) {
  const { minimum, maximum, metric, unit, direction } = score;
  const parts = [unit ?? say(`metric.${metric}`)];
  if (minimum !== null && maximum !== null) parts.unshift(say("report.of", { low: number(minimum), high: number(maximum) }));
  return [parts.join(", "), ". ", say(`direction.${direction}`)];
}

function facts(rows) {
  return make("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function counted(score) {
  const parts = [say("report.items", { answered: score.n_answered, n: score.n_items })];
  if (score.missing_rule) parts.push(say("report.rule_used", { rule: sayCode(score.missing_rule) }));
  if (score.sum !== null) parts.push(say("report.sum", { value: number(score.sum) }));
  if (score.mean !== null) parts.push(say("report.mean", { value: number(score.mean) }));
  return parts.join(" ");
}

function precision({ precision: error, precision_note: note }, cite) {
  if (!error) return why(note);
  const { low, high } = error.interval;
  const rests = error.reliability === null ? "" : say("report.reliability", { kind: sayCode(error.kind), value: number(error.reliability, 3) });
  return [say("report.interval", { low: number(low), high: number(high) }), " ", say("report.sem", { value: number(error.sem, 3) }), " ", rests, cite(error.source)];
}

function bands(score, cite) {
  if (!score.bands.length) return why(score.bands_note);
  return list(score.bands.map((band) => [make("b", {}, band.label), ` (${band.system})`, cite(band.source)]));
}

function cutoffs(score, cite) {
  if (!score.cutoffs.length) return why(score.cutoffs_note);
  return list(
    score.cutoffs.map((one) => [
      make("b", {}, say(one.met ? "report.met" : "report.not_met")),
      `: ${SIGNS[one.op] ?? one.op} ${number(one.value)} `,
      one.label ?? "",
      ` (${one.system})`,
      cite(one.source),
    ]),
  );
}

function norms(score, cite) {
  if (!score.norms.length) return why(score.norms_note);
  return list(
    score.norms.map((norm) => [
      theirs(norm.population),
      ` (${[norm.n !== null && `n = ${norm.n}`, year(norm)].filter(Boolean).join(", ")}): `,
      norm.mean !== null && say("report.group", { mean: number(norm.mean), sd: norm.sd === null ? "–" : number(norm.sd) }),
      " ",
      norm.z === null ? "" : say("report.z", { z: number(norm.z), t: number(norm.t, 1) }),
      " ",
      percentile(norm),
      norm.digital && [" ", say("report.digital")],
      norm.warning && [" ", theirs(norm.warning)],
      cite(norm.source),
    ]),
  );
}

/** When the people of a norm were asked, or else when their numbers came out. */
function year(norm) {
  if (norm.collected !== null) return say("report.collected", { year: String(norm.collected) });
  return norm.published === null ? say("report.no_year") : say("report.published", { year: String(norm.published) });
}

/** What published tables make of the score in the metric of other measures, with the caution beside each number. */
function linked(score, cite) {
  return (
    score.linked &&
    list(
      score.linked.map((one) => [
        one.title,
        ": ",
        one.value === null ? why(one.reason) : make("b", {}, number(one.value, 1)),
        one.standard_error !== null && [" ", say("report.sem", { value: number(one.standard_error, 1) })],
        " ",
        say("report.linked_caution"),
        cite(one.source),
      ]),
    )
  );
}

/** The percentile; one beyond the published ones is told by the last of them. */
function percentile({ percentile: exact, percentile_note: note }) {
  if (exact !== null) return make("b", {}, say("report.percentile", { p: number(exact, 1) }));
  if (/^\d/.test(note ?? "")) return make("b", {}, say("report.percentile_between", { p: note.replace("-", "–") }));
  return /^[<>]/.test(note ?? "") ? make("b", {}, say("report.percentile_beyond", { p: note })) : why(note);
}

function change(told, cite) {
  if (!told) return why("no_baseline");
  const parts = [];
  if (told.difference !== null) parts.push(say("report.difference", { from: number(told.baseline), by: signed(told.difference) }));
  if (told.category) parts.push(make("b", {}, `${sayCode(told.category)}.`));
  if (told.threshold !== null) parts.push(say("report.threshold", { value: number(told.threshold) }));
  if (told.level !== null) parts.push(say("report.level", { level: percent(told.level) }));
  if (told.rci !== null) parts.push(`RCI ${number(told.rci)}.`);
  if (told.clinically_significant) parts.push(say("report.significant", { word: sayCode(told.clinically_significant) }));
  for (const one of told.minimal_important) {
    parts.push(say(one.met ? "report.mcid_met" : "report.mcid_not_met", { value: number(one.value), name: one.name }), cite(one.source));
  }
  if (told.note) parts.push(why(told.note));
  return [parts.flatMap((part) => [part, " "]), cite(told.source)];
}

function signed(value) {
  return (value > 0 ? "+" : "") + number(value);
}

function working(score) {
  return [
    table(
      say("report.working"),
      ["item", "answer", "keyed", "value", "rule"].map((name) => say(`working.${name}`)),
      score.working.items.map((one) => [
        one.item,
        one.answer === null ? "–" : said(one.answer),
        [one.reversed && say("working.reversed"), one.recoded && say("working.recoded")].filter(Boolean).join(", ") || "–",
        one.value === null ? "–" : number(one.value, 6),
        sayRule(one.rule),
      ]),
    ),
    make("p", {}, sayRule(score.working.rule)),
  ];
}

function criteria(all, cite) {
  const entries = Object.entries(all);
  if (!entries.length) return null;
  const word = (value) => (value === true ? say("report.met") : value === false ? say("report.not_met") : value === null ? say("report.cannot_say") : value);
  return make(
    "section",
    {},
    make("h2", {}, say("report.criteria")),
    facts(
      entries.map(([, one]) => [
        one.title,
        [
          make("b", {}, word(one.value)),
          one.reason ? [": ", sayCode(one.reason)] : null,
          one.items.length > 0 && ` ${say("report.by_items", { items: one.items.join(", ") })}`,
          one.missing.length > 0 && ` ${say("report.missing", { items: one.missing.join(", ") })}`,
          cite(one.source),
        ],
      ]),
    ),
  );
}

function sources(all, cite) {
  const cited = cite.ids.map((id, index) => make("li", { id: `source-${index + 1}`, tabindex: "-1" }, theirs(all[id].citation), ...where(all[id])));
  return cited.length > 0 && make("section", {}, make("h2", {}, say("report.sources")), make("ol", { class: "sources" }, cited));
}

/** What of a source leads to it. */
export function where(source) {
  const place = source.doi ? `https://doi.org/${source.doi}` : source.url;
  return [source.where && [". ", theirs(source.where)], place && [". ", outward(place)]];
}

/** Return what writes the number of a source behind what it says; numbers follow the first mention. */
function citations(all) {
  const ids = [];
  const cite = (id) => {
    if (!all[id]) return null;
    if (!ids.includes(id)) ids.push(id);
    const n = ids.indexOf(id) + 1;
    const go = () => document.getElementById(`source-${n}`).focus();
    return [" ", make("button", { type: "button", class: "cite", onclick: go, "aria-label": say("report.source", { n }) }, `[${n}]`)];
  };
  return Object.assign(cite, { ids });
}

function why(note) {
  return note ? make("span", { class: "why" }, sayCode(note)) : null;
}

function list(entries) {
  return make("ul", {}, entries.map((entry) => make("li", {}, entry)));
}

/** The published set of bands that the score fell into, empty without one. */
function bandsOf(defined, score) {
  const told = score.bands[0];
  if (!told || !defined) return [];
  const fits = (band) => band.id === told.id && (band.min ?? -Infinity) <= score.value && score.value <= (band.max ?? Infinity);
  const set = (defined.bands ?? []).find((one) => one.system === told.system && one.bands.some(fits));
  return set ? set.bands : [];
}
