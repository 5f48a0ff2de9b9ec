/* The sheet that is being filled in, and the last report: in the memory of this page only. */

import { language } from "./words.js";

export const NOT_ANSWERED = "";
export const NOT_APPLICABLE = "not-applicable";

const sheets = new Map();
let latest = null;

/** The sheet of an instrument; an empty one at first. */
export function sheetOf(definition) {
  const key = `${definition.id}@${definition.version}`;
  if (!sheets.has(key)) sheets.set(key, emptySheet());
  return sheets.get(key);
}

/** A sheet without any answer: `answers` holds a text for every item that has one. */
export function emptySheet() {
  return { answers: {}, encoding: "value", perspective: "", age: "", sex: "", norms: "default", baseline: {} };
}

/** Copy a worked example of a definition into its sheet. */
export function fillIn(definition, example) {
  const sheet = Object.assign(sheetOf(definition), emptySheet());
  const given = Array.isArray(example.answers)
    ? example.answers.map((answer, index) => [definition.items[index].id, answer])
    : Object.entries(example.answers);
  for (const [item, answer] of given) if (answer !== null) sheet.answers[item] = String(answer);
  for (const item of example.not_applicable ?? []) sheet.answers[item] = NOT_APPLICABLE;
  sheet.encoding = example.encoding ?? "value";
  sheet.perspective = example.perspective ?? definition.perspectives?.[0] ?? "";
  sheet.age = String(example.respondent?.age ?? "");
  sheet.sex = example.respondent?.sex ?? "";
}

/** Begin another form of the same person, to be compared with the scores of this report. */
export function compareWith({ definition, report }) {
  const scored = Object.entries(report.scores).filter(([, score]) => score.value !== null);
  Object.assign(sheetOf(definition), { answers: {}, baseline: Object.fromEntries(scored.map(([scale, { value }]) => [scale, String(value)])) });
}

/** What is sent to the service for a sheet. A text that is no number goes as it is, to be refused. */
export function requestOf(definition, sheet) {
  const given = Object.entries(sheet.answers).filter(([, answer]) => answer !== NOT_ANSWERED);
  const body = {
    version: definition.version,
    answers: Object.fromEntries(given.filter(([, one]) => one !== NOT_APPLICABLE).map(([item, one]) => [item, numeric(one)])),
  };
  const excused = given.filter(([, one]) => one === NOT_APPLICABLE).map(([item]) => item);
  if (excused.length) body.not_applicable = excused;
  if (sheet.encoding !== "value") body.encoding = sheet.encoding;
  if (sheet.perspective) body.perspective = sheet.perspective;
  if (sheet.age || sheet.sex) {
    body.respondent = {};
    if (sheet.age) body.respondent.age = numeric(sheet.age);
    if (sheet.sex) body.respondent.sex = sheet.sex;
  }
  const norms = { default: undefined, none: [], all: ["*"] };
  const asked = sheet.norms in norms ? norms[sheet.norms] : [sheet.norms];
  if (asked) body.norms = asked;
  const earlier = Object.entries(sheet.baseline).filter(([, text]) => text.trim() !== "");
  if (earlier.length) {
    body.baseline = { scores: Object.fromEntries(earlier.map(([scale, text]) => [scale, numeric(text)])) };
  }
  return body;
}

/** A number where a text is plainly one, with point or comma; else the text itself. */
export function numeric(text) {
  const plain = text.trim().replace(",", ".");
  return /^-?\d{1,15}(\.\d{1,17})?$/.test(plain) ? Number(plain) : text;
}

/** Remember the report that is to be shown: definition, request and answer, and the language it is in. */
export function remember(report) {
  latest = { ...report, language: language() };
}

/** The report that was remembered last, null without one. */
export function remembered() {
  return latest;
}
