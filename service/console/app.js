/* The page's frame: what is always there, and which view an address shows. */

import { asksForCredential, Refused, useCredential } from "./parts/calls.js";
import { choice, fill, focusOn, labelled, make } from "./parts/page.js";
import { tell } from "./parts/problems.js";
import { language, languages, preferred, say, speak } from "./parts/words.js";

/** Each view is loaded when it is first asked for. */
const VIEWS = {
  find: () => import("./views/find.js"),
  form: () => import("./views/form.js"),
  report: () => import("./views/report.js"),
  course: () => import("./views/course.js"),
  check: () => import("./views/check.js"),
};
const ENTRIES = ["find", "course", "check"];

let shown = 0;

/** Show the view that the address names; what is asked for last is what is shown. */
async function show(focus) {
  shown += 1;
  const mine = shown;
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const view = Object.hasOwn(VIEWS, name) ? name : "find";
  const main = document.getElementById("main");
  let content;
  try {
    const { show: draw } = await VIEWS[view]().catch(unreached);
    content = await draw(...rest.map(decoded));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    content = [make("h1", {}, say(`${view}.title`)), tell(fault.problem)];
  }
  if (mine !== shown) return;
  fill(main, content);
  const heading = main.querySelector("h1");
  document.title = `${heading.textContent} – ${say("page.title")}`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus) focusOn(heading);
}

/** A module that cannot be fetched fails like a call that is not answered. */
function unreached(fault) {
  throw fault instanceof TypeError ? new Refused({ code: "unreachable", errors: [] }) : fault;
}

/** What a part of the address says; what is not encoded right stays as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Put up the frame in the language that was chosen. */
function frame() {
  const own = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);
  const switcher = choice(languages().map((tag) => [tag, own(tag)]), language(), {
    onchange: async (event) => {
      await speak(event.target.value);
      frame();
      await show(false);
      document.getElementById("language").focus();
    },
    id: "language",
  });
  fill(
    document.body,
    make(
      "a",
      {
        class: "skip",
        href: "#main",
        onclick: (event) => {
          event.preventDefault();
          document.getElementById("main").focus();
        },
      },
      say("page.skip"),
    ),
    make(
      "header",
      {},
      make("p", { class: "name" }, say("page.title")),
      make(
        "nav",
        { "aria-label": say("page.views") },
        make("ul", {}, ENTRIES.map((view) => make("li", {}, make("a", { href: `#/${view}` }, say(`${view}.title`))))),
      ),
      make("div", { class: "settings" }, asksForCredential() && credentialField(), labelled(say("page.language"), switcher)),
    ),
    make("main", { id: "main", tabindex: "-1" }),
    make("p", { id: "status", role: "status", class: "heard" }),
    make(
      "footer",
      {},
      make("p", {}, say("page.nothing_stored")),
      make("p", {}, make("a", { href: "docs" }, say("page.docs"))),
    ),
  );
}

function credentialField() {
  const field = make("input", {
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    onchange: () => {
      useCredential(field.value);
      show(false);
    },
  });
  const form = { onsubmit: (event) => event.preventDefault() };
  return make("form", form, labelled(say("page.credential"), field, say("page.credential_hint")));
}

await speak(preferred());
frame();
await show(false);
addEventListener("hashchange", () => show(true));
