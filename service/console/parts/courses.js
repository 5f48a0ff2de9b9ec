/* Courses as they are pasted: JSON, NDJSON (one course a line) or a long table (CSV). JSON is handed
   on as it stands, so that what is refused is what was written. */

import { say } from "./words.js";

const COLUMNS = ["patient", "session", "instrument", "perspective", "scale", "value"];
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Return `{courses: [{name, body}], faults: [text]}`; `body` is what is sent. */
export function readCourses(text) {
  const trimmed = text.trim();
  if (!trimmed) return { courses: [], faults: [say("course.nothing")] };
  return /^[{[]/.test(trimmed) ? fromJson(trimmed) : fromTable(trimmed);
}

function fromJson(text) {
  if (parses(text)) return { courses: [course(text, 1)], faults: [] };
  const courses = [];
  const faults = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (!line.trim()) return;
    if (parses(line)) courses.push(course(line, index + 1));
    else faults.push(say("course.not_json", { line: index + 1 }));
  });
  // A document over several lines has a fault in every one of them: it is one fault.
  return courses.length ? { courses, faults } : { courses, faults: [say("course.no_json")] };
}

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function course(text, line) {
  const document = JSON.parse(text);
  const name = document.reference ?? say("course.line", { line });
  return { name: String(name), body: Array.isArray(document) ? `{"sessions": ${text}}` : text };
}

function fromTable(text) {
  const [first, ...rows] = text.split(/\r?\n/);
  const separator = [",", ";", "\t"].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best));
  const header = first.split(separator).map((name) => name.trim());
  if ([...header].sort().join() !== [...COLUMNS].sort().join()) {
    return { courses: [], faults: [say("course.columns", { columns: COLUMNS.join(", ") })] };
  }
  const patients = new Map();
  const faults = [];
  const lineOf = new Map(); // of each score that stands in the table
  rows.forEach((line, index) => {
    if (!line.trim()) return;
    const cells = line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const row = Object.fromEntries(header.map((name, at) => [name, cells[at]]));
    const fault = faultOf(row, cells.length) ?? again(row, lineOf, index + 2);
    if (fault) faults.push(say("course.row", { line: index + 2, fault }));
    else take(patients, row);
  });
  const courses = [...patients].map(([name, sessions]) => ({ name, body: JSON.stringify({ sessions: inOrder(sessions) }) }));
  return { courses, faults };
}

function faultOf(row, length) {
  if (length !== COLUMNS.length) return say("course.cells", { n: COLUMNS.length });
  if (!/^\d{1,5}$/.test(row.session)) return say("course.bad_session");
  if (row.value !== "" && !NUMBER.test(row.value)) return say("course.bad_value");
  return null;
}

/** A score that a line before has too, whatever it says: nobody knows which of them holds. */
function again(row, lineOf, line) {
  const key = JSON.stringify([row.patient, Number(row.session), row.instrument, row.perspective, row.scale]);
  if (lineOf.has(key)) return say("course.twice", { line: lineOf.get(key) });
  lineOf.set(key, line);
  return null;
}

function take(patients, row) {
  if (!patients.has(row.patient)) patients.set(row.patient, new Map());
  const sessions = patients.get(row.patient);
  const number = Number(row.session);
  if (!sessions.has(number)) sessions.set(number, new Map());
  if (row.value === "") return; // no score came
  const forms = sessions.get(number);
  const key = `${row.instrument} ${row.perspective}`;
  if (!forms.has(key)) forms.set(key, { instrument: row.instrument, ...(row.perspective && { perspective: row.perspective }), scores: {} });
  forms.get(key).scores[row.scale] = Number(row.value);
}

function inOrder(sessions) {
  return [...sessions].sort(([one], [other]) => one - other).map(([number, forms]) => ({ number, forms: [...forms.values()] }));
}
