/* What the page says, from the file of a language; English where a text is missing. */

let chosen = "en";
let english = {};
let words = {};

/** The languages that there is a catalogue of. */
export function languages() {
  return document.documentElement.dataset.languages.split(" ");
}

/** The language that the page speaks. */
export function language() {
  return chosen;
}

/** The first of the reader's languages that there is a catalogue of. */
export function preferred() {
  const known = languages();
  const wanted = navigator.languages.flatMap((tag) => [tag.toLowerCase(), tag.toLowerCase().split("-")[0]]);
  return wanted.find((tag) => known.includes(tag)) ?? "en";
}

/** Speak a language from now on. */
export async function speak(tag) {
  const [first, own] = await Promise.all([catalogue("en"), tag === "en" ? {} : catalogue(tag)]);
  english = first;
  words = { ...english, ...own };
  chosen = tag;
  document.documentElement.lang = tag;
}

async function catalogue(tag) {
  const response = await fetch(`console/texts/${tag}.json`);
  return response.json();
}

/** A text, with its places filled. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** A code of an answer in words; one that nobody has put into words is shown as it is. */
export function sayCode(code) {
  return words[`code.${code}`] ?? code.replaceAll("_", " ");
}

/** What a form measures, in words; that of a site's own form as its definition names it. */
export function sayConstruct(name) {
  return words[`construct.${name}`] ?? name.replaceAll("-", " ");
}

/** How a number was worked out: the service's English, phrase by phrase. */
export function sayRule(text) {
  const phrases = Object.keys(english).filter((key) => key.startsWith("rule."));
  return phrases.reduce((said, key) => said.replaceAll(english[key], words[key]), text);
}

/** A number as it is written in the language, with at most this many decimals. */
export function number(value, decimals = 2) {
  return new Intl.NumberFormat(chosen, { maximumFractionDigits: decimals }).format(value).replace("-", "−");
}

/** A probability or share as a percentage. */
export function percent(share) {
  return new Intl.NumberFormat(chosen, { style: "percent", maximumFractionDigits: 1 }).format(share);
}
