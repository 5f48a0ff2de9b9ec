/* What the service says of a course: episodes in words, the chart, session by session, and why. */

import { answerTables } from "../parts/answers.js";
import { asCurl, ask, Refused } from "../parts/calls.js";
import { command } from "../parts/command.js";
import { drawing } from "../parts/drawing.js";
import { choice, english, labelled, make, table, theirs } from "../parts/page.js";
import { number, percent, say, sayCode } from "../parts/words.js";
import { flag, flagOrder, where } from "./report.js";

const RATERS = ["client", "therapist"];
const PATH = "v1/monitor";

/** Ask for the report of a course, and return what to show; `judge` takes the course with other norms. */
export async function courseReport(body, judge) {
  const [report, battery] = await Promise.all([ask(PATH, body), ask("v1/rules")]);
  const definitions = await definitionsOf(report);
  const groups = definitions.flatMap((one) => (one.norms ?? []).map((norm) => [norm.id, `${one.id}: ${norm.population}`, english()]));
  const answers = answerTables(JSON.parse(body), definitions, nameOf);
  const titles = Object.fromEntries([...battery.rules, ...battery.repairs].map((rule) => [rule.id, rule.title]));
  return [
    make("h2", {}, say("course.result")),
    make(
      "div",
      { class: "row screen" },
      groups.length > 0 && comparison(body, groups, judge),
      make("button", { type: "button", onclick: () => print() }, say("report.print")),
      " ",
      command(say("report.curl"), () => asCurl(PATH, body)),
    ),
    safety(report),
    episodes(report, titles),
    picture(body, report),
    sessions(report),
    reasons(report, titles),
    answers.length > 0 && make("details", {}, make("summary", {}, say("course.answers")), answers),
    changes(report),
    fired(report, battery),
    unsaid(report, titles),
    quality(report),
    make("h3", {}, say("report.sources")),
    make("ul", { class: "sources" }, Object.values(report.sources).map((source) => make("li", {}, theirs(source.citation), ...where(source)))),
  ];
}

/** The safety flags of the latest session, then where earlier ones were raised, and what cannot be told. */
function safety({ sessions: all, risks_not_told: untold }) {
  const latest = all.at(-1);
  const flags = [...latest.risks].sort((one, other) => flagOrder(one) - flagOrder(other));
  const earlier = all.slice(0, -1).reverse().flatMap((session) => raisedIn(session));
  const isRaised = flags.some((risk) => risk.raised);
  const isOpen = flags.length > 0 || earlier.length > 0;
  return make(
    "section",
    { class: isRaised ? "safety raised" : isOpen ? "safety unknown" : "safety" },
    make("h3", {}, say("course.safety", { n: latest.number })),
    flags.length > 0 ? make("ul", {}, flags.map((risk) => make("li", {}, flag(risk, `${nameOf(risk)}: `)))) : make("p", {}, say("course.no_flags")),
    earlier.length > 0 && [make("p", {}, say("course.flags_earlier")), make("ul", {}, earlier.map((line) => make("li", {}, line)))],
    untold.map((one) => make("p", {}, `${nameOf(one)}, ${say("course.in_sessions", { sessions: one.sessions.join(", ") })}: ${one.message}`)),
  );
}

function raisedIn(session) {
  return session.risks
    .filter((risk) => risk.raised)
    .map((risk) => [`${say("course.session")} ${session.number}: ${nameOf(risk)}: `, risk.title, ` (${say("form.item", { id: risk.item })}, ${say(`severity.${risk.severity}`)})`]);
}

function episodes({ alerts }, titles) {
  if (!alerts.length) return make("p", { class: "none" }, say("course.no_alerts"));
  return alerts.map((alert) =>
    make(
      "section",
      { class: `episode ${alert.severity} ${alert.status}` },
      make("h3", {}, alert.summary),
      make(
        "p",
        {},
        make("strong", { class: "tag" }, `${mark(alert.severity)} ${say(`signal.${alert.severity}`)}`),
        " ",
        make("strong", { class: "tag" }, say(`status.${alert.status}`)),
        " ",
        say(alert.closed_session === null ? "course.followed" : "course.closed", { opened: alert.opened_session, closed: alert.closed_session }),
      ),
      make("p", {}, alert.message),
      alert.note && make("p", { class: "hint" }, alert.note),
      make("p", {}, falseAlarm(alert.false_alarm)),
      make("p", {}, say("course.rules"), " ", alert.rules.map((rule) => `${titles[rule] ?? rule} (${rule})`).join("; ")),
    ),
  );
}

function falseAlarm({ family_rate: rate, reason, n_sessions: n }) {
  return rate === null ? say("course.no_rate", { reason: sayCode(reason) }) : say("course.rate", { rate: percent(rate), n });
}

function picture(body, report) {
  const told = report.alerts.length ? report.alerts.map((alert) => alert.summary).join("; ") : say("course.no_alerts");
  return drawing({
    path: PATH,
    body,
    name: "course",
    title: say("course.chart"),
    alt: say("course.chart_alt", { told }),
    caption: say("course.chart_caption"),
    choices: [
      { name: "drawing", label: say("drawing.drawing"), options: ["course", "items"].map((one) => [one, say(`drawing.${one}`)]) },
      { name: "scale", label: say("drawing.scale"), options: ["raw", "percentile", "sd"].map((one) => [one, say(`scale.${one}`)]) },
    ],
  });
}

/** The definitions of the forms of a course; none where the caller may not read them. */
async function definitionsOf({ instruments }) {
  try {
    return await Promise.all(instruments.map(({ id, version }) => ask(`v1/instruments/${encodeURIComponent(id)}?version=${encodeURIComponent(version)}`)));
  } catch (fault) {
    if (fault instanceof Refused) return [];
    throw fault;
  }
}

/** The choice of the group that scores are compared with: the course is judged anew. */
function comparison(body, groups, judge) {
  const asked = JSON.parse(body);
  const ways = { default: undefined, none: [], all: ["*"] };
  const now = asked.norms === undefined || asked.norms === null ? "default" : asked.norms.length === 0 ? "none" : asked.norms[0] === "*" ? "all" : asked.norms[0];
  const options = [...Object.keys(ways).map((way) => [way, say(`form.norms_${way}`)]), ...groups];
  const take = (event) => {
    const { value } = event.target;
    judge(JSON.stringify({ ...asked, norms: value in ways ? ways[value] : [value] }), "#compared");
  };
  return labelled(say("form.norms"), choice(options, now, { id: "compared", onchange: take }));
}

function mark(signal) {
  return { none: "○", info: "◇", watch: "△", alert: "▲", urgent: "■" }[signal];
}

function sessions(report) {
  const scored = report.series.map((series) => ({
    head: nameOf(series),
    at: new Map(series.points.map((point) => [point.session, point.value])),
  }));
  const heads = [say("course.session"), say("course.event"), ...scored.map(({ head }) => head), ...RATERS.map((rater) => say("course.signal", { rater: sayCode(rater) }))];
  return table(
    say("course.by_session"),
    heads,
    report.sessions.map((session) => [
      session.date ? `${session.number} (${session.date})` : String(session.number),
      session.events.map((event) => say(`event.${event}`)).join(", ") || "–",
      ...scored.map(({ at }) => (at.has(session.number) ? number(at.get(session.number)) : "–")),
      ...RATERS.map((rater) => `${mark(session.signal[rater])} ${say(`signal.${session.signal[rater]}`)}`),
    ]),
  );
}

/** Which rules fired in which session, with what was compared. */
function reasons(report, titles) {
  const rows = report.sessions.map((session) => [String(session.number), said(session, titles)]).filter(([, lines]) => lines);
  return rows.length > 0 && table(say("course.said"), [say("course.session"), say("course.what")], rows);
}

function said(session, titles) {
  const lines = [
    ...session.rules.map((rule) => `${titles[rule.rule] ?? rule.rule} (${[rule.rule, sayCode(rule.perspective), rule.scale].filter(Boolean).join(", ")})${measured(rule)}`),
    ...session.repairs.map((one) => `${titles[one.state] ?? one.name} (${one.state})`),
    ...session.sudden_changes.map((one) => say(`course.sudden_${one.kind}`, { n: one.about_session })),
    ...session.forms.flatMap((form) => Object.entries(form.not_scored ?? {}).map(([scale, reason]) => `${form.instrument} ${scale}: ${sayCode(reason)}`)),
  ];
  return lines.length ? make("ul", {}, lines.map((line) => make("li", {}, line))) : null;
}

function measured({ statistic, threshold }) {
  if (statistic === null || threshold === null) return "";
  return `: ${say("course.measured", { statistic: number(statistic), threshold: number(threshold) })}`;
}

function nameOf({ instrument, perspective, timing, scale }) {
  return [instrument, scale === "total" ? null : scale, perspective ? sayCode(perspective) : null, timing === "pre" ? say("course.pre") : null].filter(Boolean).join(", ");
}

function changes({ change }) {
  return table(
    say("course.change"),
    ["course.series", "course.first", "course.last", "course.difference", "course.judged"].map((key) => say(key)),
    change.map((one) => [
      nameOf(one),
      `${number(one.first.value)} (${one.first.session})`,
      `${number(one.last.value)} (${one.last.session})`,
      one.difference === null ? "–" : number(one.difference),
      one.category ? sayCode(one.category) : one.note ? sayCode(one.note) : "–",
    ]),
  );
}

/** What each rule that fired asks for, with its settings and where it comes from. */
function fired({ rules: legend, sources }, { rules, repairs }) {
  const known = new Map([...rules, ...repairs].map((rule) => [rule.id, rule]));
  const entries = Object.entries(legend);
  return entries.length > 0 && make(
    "details",
    {},
    make("summary", {}, say("course.fired")),
    table(
      say("course.fired"),
      ["course.rule", "course.formula", "course.settings", "course.origin"].map((key) => say(key)),
      entries.map(([id, rule]) => [
        `${rule.title} (${id})`,
        theirs(known.get(id)?.formula ?? "–"),
        settings(rule.params),
        [sayCode(rule.provenance), ...rule.sources.map((source) => [make("br"), theirs(sources[source]?.citation ?? source)])],
      ]),
      { headed: true },
    ),
  );
}

function settings(params) {
  const flat = Object.entries(params).flatMap(([name, value]) =>
    value !== null && typeof value === "object" ? Object.entries(value).map(([part, one]) => [`${name}.${part}`, one]) : [[name, value]],
  );
  return flat.length ? flat.map(([name, value]) => make("div", {}, make("code", {}, name), ` ${typeof value === "number" ? number(value, 4) : value}`)) : "–";
}

function unsaid({ cannot_say: all = [] }, titles) {
  const at = (sessions) => (sessions === "all" ? say("course.always") : say("course.in_sessions", { sessions: sessions.join(", ") }));
  return make(
    "details",
    {},
    make("summary", {}, say("course.unsaid")),
    all.map((series) =>
      table(
        series.instrument ? nameOf(series) : sayCode(series.perspective),
        [say("course.rule"), say("course.why")],
        Object.entries(series.rules).map(([rule, reasons]) => [
          `${titles[rule] ?? rule} (${rule})`,
          make("ul", {}, reasons.map((one) => make("li", {}, `${sayCode(one.reason)}: ${at(one.sessions)}`))),
        ]),
      ),
    ),
  );
}

function quality({ data_quality: all }) {
  const lines = all.flatMap((series) => [
    ...series.notes.map((note) => `${nameOf(series)}: ${sayCode(note)}`),
    series.silent_after_signal.length > 0 && say("course.silent", { series: nameOf(series), sessions: series.silent_after_signal.join(", ") }),
  ]).filter(Boolean);
  if (!lines.length) return null;
  return make("section", { class: "remarks" }, make("h3", {}, say("course.quality")), make("ul", {}, lines.map((line) => make("li", {}, line))));
}
