/* What the service says of a course: episodes in words, the chart, session by session, and why. */

import { ask } from "../parts/calls.js";
import { make, table, theirs } from "../parts/page.js";
import { number, percent, say, sayCode } from "../parts/words.js";
import { where } from "./report.js";

const RATERS = ["client", "therapist"];
let shown = null; // the address of the chart in the browser's memory

/** Ask for the report and the chart of a course, and return what to show. */
export async function courseReport(body) {
  const [report, chart, battery] = await Promise.all([
    ask("v1/monitor", body),
    ask("v1/monitor", body, "image/svg+xml"),
    ask("v1/rules"),
  ]);
  const titles = Object.fromEntries([...battery.rules, ...battery.repairs].map((rule) => [rule.id, rule.title]));
  return [
    make("h2", {}, say("course.result")),
    make("p", { class: "actions screen" }, make("button", { type: "button", onclick: () => print() }, say("report.print"))),
    episodes(report, titles),
    picture(chart, report),
    sessions(report, titles),
    changes(report),
    unsaid(report, titles),
    quality(report),
    make("h3", {}, say("report.sources")),
    make("ul", { class: "sources" }, Object.values(report.sources).map((source) => make("li", {}, theirs(source.citation), ...where(source)))),
  ];
}

function episodes({ alerts }, titles) {
  if (!alerts.length) return make("p", { class: "none" }, say("course.no_alerts"));
  return alerts.map((alert) =>
    make(
      "section",
      { class: `episode ${alert.severity}` },
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

function picture(chart, report) {
  if (shown) URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(chart);
  const told = report.alerts.length ? report.alerts.map((alert) => alert.summary).join("; ") : say("course.no_alerts");
  return make(
    "figure",
    {},
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("course.chart") }, make("img", { src: shown, alt: say("course.chart_alt", { told }), class: "chart" })),
    make("figcaption", {}, say("course.chart_caption")),
  );
}

function mark(signal) {
  return { none: "○", info: "◇", watch: "△", alert: "▲", urgent: "■" }[signal];
}

function sessions(report, titles) {
  const scored = report.series.map((series) => ({
    head: nameOf(series),
    at: new Map(series.points.map((point) => [point.session, point.value])),
  }));
  const heads = [say("course.session"), say("course.event"), ...scored.map(({ head }) => theirs(head)), ...RATERS.map((rater) => say("course.signal", { rater: sayCode(rater) })), say("course.said")];
  return table(
    say("course.by_session"),
    heads,
    report.sessions.map((session) => [
      session.date ? `${session.number} (${session.date})` : String(session.number),
      session.events.map((event) => say(`event.${event}`)).join(", ") || "–",
      ...scored.map(({ at }) => (at.has(session.number) ? number(at.get(session.number)) : "–")),
      ...RATERS.map((rater) => `${mark(session.signal[rater])} ${say(`signal.${session.signal[rater]}`)}`),
      said(session, titles),
    ]),
  );
}

function said(session, titles) {
  const lines = [
    ...session.rules.map((rule) => theirs(`${titles[rule.rule] ?? rule.rule} (${[rule.rule, sayCode(rule.perspective), rule.scale].filter(Boolean).join(", ")})${measured(rule)}`)),
    ...session.repairs.map((one) => theirs(`${titles[one.state] ?? one.name} (${one.state})`)),
    ...session.sudden_changes.map((one) => say(`course.sudden_${one.kind}`, { n: one.about_session })),
    ...session.forms.flatMap((form) => Object.entries(form.not_scored ?? {}).map(([scale, reason]) => `${form.instrument} ${scale}: ${sayCode(reason)}`)),
  ];
  return lines.length ? make("ul", {}, lines.map((line) => make("li", {}, line))) : "–";
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
      theirs(nameOf(one)),
      `${number(one.first.value)} (${one.first.session})`,
      `${number(one.last.value)} (${one.last.session})`,
      one.difference === null ? "–" : number(one.difference),
      one.category ? sayCode(one.category) : one.note ? sayCode(one.note) : "–",
    ]),
  );
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
          theirs(`${titles[rule] ?? rule} (${rule})`),
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
