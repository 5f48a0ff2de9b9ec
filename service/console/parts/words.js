/* The page's own texts, one catalogue a language; English where a text is missing. */

let chosen = "en";
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
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((tag) => known.includes(tag)) ?? "en";
}

/** Speak a language from now on. */
export async function speak(tag) {
  const [english, own] = await Promise.all([catalogue("en"), tag === "en" ? {} : catalogue(tag)]);
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

/** A number as it is written in the language, with at most this many decimals. */
export function number(value, decimals = 2) {
  return new Intl.NumberFormat(chosen, { maximumFractionDigits: decimals }).format(value).replace("-", "−");
}

/** A probability or share as a percentage. */
export function percent(share) {
  return new Intl.NumberFormat(chosen, { style: "percent", maximumFractionDigits: 1 }).format(share);
}
