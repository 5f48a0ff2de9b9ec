/* The answers of a course as tables, item by item: what the drawing of them shows. */

import { table } from "./page.js";
import { number, say } from "./words.js";

/** A table for each form of which answers came; `definitions` are those that could be had, `nameOf`
    names a form. */
export function answerTables({ sessions }, definitions, nameOf) {
  const forms = new Map();
  for (const session of sessions) {
    for (const form of session.forms ?? []) {
      const { instrument, version, perspective, timing } = form;
      const key = JSON.stringify([instrument, version, perspective, timing]);
      if (!forms.has(key)) forms.set(key, []);
      forms.get(key).push([session.number, form]);
    }
  }
  return [...forms.values()].filter((rated) => rated.some(([, form]) => form.answers)).map((rated) => {
    const { instrument, version, perspective, timing } = rated[0][1];
    const definition = definitions.find((one) => one.id === instrument && (!version || one.version === version));
    const name = nameOf({ instrument, perspective: perspective ?? definition?.perspective, timing, scale: "total" });
    return table(
      say("course.answers_of", { form: name }),
      [say("working.item"), ...rated.map(([session]) => `${say("course.session")} ${session}`)],
      itemsOf(definition, rated).map((item, at) => [item, ...rated.map(([, form]) => cell(form, item, at))]),
    );
  });
}

function itemsOf(definition, rated) {
  if (definition) return definition.items.map((item) => item.id);
  const given = rated.map(([, form]) => form.answers).filter(Boolean);
  const named = given.flatMap((answers) => (Array.isArray(answers) ? answers.map((_, at) => String(at + 1)) : Object.keys(answers)));
  return [...new Set(named)];
}

/** An answer in words: a number, or a clock time as it is. */
export function said(answer) {
  return typeof answer === "string" ? answer : number(answer, 6);
}

function cell({ answers, not_applicable: excused }, item, at) {
  if (excused?.includes(item)) return say("form.not_applicable");
  const answer = Array.isArray(answers) ? answers[at] : answers?.[item];
  return answer === null || answer === undefined ? "–" : said(answer);
}
