/* Elements, as they are needed everywhere. Text is only ever set as text. */

import { language } from "./words.js";

/** Make an element; `on…` attributes are listeners, null and false leave an attribute or a child out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  fill(node, ...children);
  return node;
}

/** Give an element these children and no others. */
export function fill(node, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  node.replaceChildren(...wanted);
}

/** What marks a text as English; null where the page speaks English anyhow. */
export function english() {
  return language() === "en" ? null : "en";
}

/** A text that comes from the service, in English whatever the page speaks. */
export function theirs(text) {
  return english() && text ? make("span", { lang: "en" }, text) : text;
}

/** A link that leads away; an address of any other kind than http is only shown. */
export function outward(address) {
  return /^https?:\/\//i.test(address) ? make("a", { href: address, rel: "noreferrer" }, address) : address;
}

/** A labelled control, the label before it. */
export function labelled(label, control, hint = null) {
  const id = control.id || nextId();
  control.id = id;
  const told = hint && make("span", { class: "hint", id: `${id}-hint` }, hint);
  if (told) control.setAttribute("aria-describedby", told.id);
  return make("div", { class: "field" }, make("label", { for: id }, label), told, control);
}

/** A choice of options, each `[value, label]` or `[value, label, language]`. */
export function choice(options, chosen, attributes = {}) {
  return make(
    "select",
    attributes,
    options.map(([value, label, lang]) => make("option", { value, lang, selected: value === chosen }, label)),
  );
}

/** A table with a caption, which is only heard where a heading says the same; a cell of the first
    column heads its row. */
export function table(caption, heads, rows, { headed = false } = {}) {
  return make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make(
      "table",
      {},
      make("caption", {}, headed ? make("span", { class: "heard" }, caption) : caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
      make(
        "tbody",
        {},
        rows.map(([first, ...rest]) =>
          make("tr", {}, make("th", { scope: "row" }, first), rest.map((cell) => make("td", {}, cell))),
        ),
      ),
    ),
  );
}

/** Say something to whoever hears the page instead of seeing it. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}

/** Put the focus on a heading that was just shown. */
export function focusOn(node) {
  node.setAttribute("tabindex", "-1");
  node.focus();
}

let ids = 0;

/** An id that nothing else on the page has. */
export function nextId() {
  ids += 1;
  return `e${ids}`;
}
