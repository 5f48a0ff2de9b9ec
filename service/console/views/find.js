/* Find a form in the catalogue, and see at once what it lacks. */

import { ask } from "../parts/calls.js";
import { announce, choice, fill, labelled, make, outward, theirs } from "../parts/page.js";
import { orTell } from "../parts/problems.js";
import { language, say, sayCode, sayConstruct } from "../parts/words.js";

const PAUSE = 200; // ms without a key pressed before the service is asked
let looked = { q: "", construct: "" };

/** The catalogue with its search. */
export async function show() {
  const { instruments } = await ask("v1/catalogue");
  const constructs = [...new Set(instruments.map((one) => one.construct))]
    .map((one) => [one, sayConstruct(one)])
    .sort(([, one], [, other]) => one.localeCompare(other, language()));
  const results = make("ol", { class: "forms" });
  const count = make("p", {});
  let asked = 0;

  async function look() {
    asked += 1;
    const mine = asked;
    const wanted = Object.entries(looked).filter(([, value]) => value);
    const query = new URLSearchParams(wanted).toString();
    const found = query ? (await ask(`v1/catalogue?${query}`)).instruments : instruments;
    if (mine !== asked) return;
    const told = found.length ? say("find.count", { n: found.length }) : say("find.none");
    fill(count, told);
    announce(told);
    fill(results, found.map(entry));
  }

  let timer;
  const search = make("input", {
    type: "search",
    value: looked.q,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => {
      looked = { ...looked, q: search.value.trim() };
      clearTimeout(timer);
      timer = setTimeout(() => orTell(results, look), PAUSE);
    },
  });
  const construct = choice(
    [["", say("find.any")], ...constructs],
    looked.construct,
    {
      onchange: () => {
        looked = { ...looked, construct: construct.value };
        orTell(results, look);
      },
    },
  );
  await look();
  return [
    make("h1", {}, say("find.title")),
    make("p", { class: "lead" }, say("find.lead")),
    make(
      "form",
      { class: "row", role: "search", onsubmit: (event) => event.preventDefault() },
      labelled(say("find.search"), search, say("find.search_hint")),
      labelled(say("find.construct"), construct),
    ),
    count,
    results,
  ];
}

function entry(one) {
  const facts = [one.id, sayConstruct(one.construct), say("find.items", { n: one.n_items }), ...raters(one)];
  const lacks = lacking(one);
  return make(
    "li",
    {},
    make("h2", {}, make("a", { href: `#/form/${encodeURIComponent(one.id)}` }, theirs(one.title))),
    make("p", { class: "facts" }, facts.join(" · ")),
    ...glance(one.at_a_glance).map((text) => make("p", { class: "facts" }, text)),
    lacks.length > 0 && make("ul", { class: "lacks", "aria-label": say("find.missing") }, lacks.map((text) => make("li", {}, text))),
    make(
      "details",
      { ontoggle: (event) => showLicence(event.target, one.id) },
      make("summary", {}, say("find.licence")),
    ),
  );
}

/** Ask for the licence of a form when somebody wants to see it. */
async function showLicence(details, id) {
  if (!details.open || details.childElementCount > 1) return;
  const told = make("div", {});
  details.append(told);
  await orTell(told, async () => fill(told, terms((await ask(`v1/instruments/${encodeURIComponent(id)}`)).licence)));
}

function raters(one) {
  const all = one.perspectives.length ? one.perspectives : [one.perspective];
  return all.filter(Boolean).map((rater) => sayCode(rater));
}

function lacking(one) {
  return [
    one.key === "required" && say("find.no_key"),
    !one.text_included && say("find.no_text"),
    one.permission_required && say("find.permission"),
    one.n_norms > 0 && one.n_default_norms === 0 && say("find.no_default_norms"),
  ].filter(Boolean);
}

const PRESENT = ["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid"];

/** What is there of a form and what is not, a line each; parts for the same reason stand together. */
function glance(parts) {
  const because = {};
  for (const [part, code] of Object.entries(parts)) (because[code] ??= []).push(part);
  const told = ([code, names]) => {
    const list = names.map((part) => say(`find.part_${part}`)).join(", ");
    return code === "yes" ? list : `${list} (${say(`find.why_${code}`)})`;
  };
  const line = (key, codes) => codes.length > 0 && say(key, { parts: codes.map(told).join("; ") });
  const all = Object.entries(because).sort(([code]) => (code === "yes" ? -1 : 1));
  const [there, absent] = [true, false].map((is) => all.filter(([code]) => PRESENT.includes(code) === is));
  return [line("find.there", there), line("find.absent", absent)].filter(Boolean);
}

/** Who holds the rights, and on which terms. */
export function licence(told) {
  return make("details", {}, make("summary", {}, say("find.licence")), terms(told));
}

function terms({ holder, terms: allowed, url }) {
  return [make("p", {}, theirs(`${holder}. ${allowed}`)), url && make("p", {}, outward(url))];
}
