/* A drawing of the service beside the data that it is of, with what can be chosen of it. */

import { asCurl, ask } from "./calls.js";
import { command } from "./command.js";
import { choice, fill, labelled, make } from "./page.js";
import { orTell } from "./problems.js";
import { say } from "./words.js";

const SVG = "image/svg+xml";
const THEMES = ["auto", "light", "dark"];
const shown = new Map(); // by the name of a drawing: its address in the browser's memory
let theme = THEMES[0];

/**
 * The figure of a drawing. `path` and `body` are the call that it is the drawing of, `name` what a
 * file of it is called, `title` its heading, `alt` what it shows in words, `caption` what stands
 * below it; `choices` are further parameters, each `{name, label, options: [[value, text]]}`.
 */
export function drawing({ path, body, name, title, alt, caption, choices = [] }) {
  const asked = Object.fromEntries(choices.map((one) => [one.name, one.options[0][0]]));
  const image = make("img", { alt, class: "chart" });
  const save = make("a", { class: "button", download: `${name}.svg` }, say("drawing.save"));
  const told = make("div", {});
  const frame = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, image);
  let turn = 0;

  const address = () => {
    const [plain, query] = path.split("?");
    return `${plain}?${new URLSearchParams([...new URLSearchParams(query), ...Object.entries({ ...asked, theme })])}`;
  };
  const draw = () =>
    orTell(told, async () => {
      turn += 1;
      const mine = turn;
      const picture = await ask(address(), body, SVG);
      if (mine !== turn) return;
      URL.revokeObjectURL(shown.get(name));
      shown.set(name, URL.createObjectURL(picture));
      image.src = shown.get(name);
      save.href = shown.get(name);
      fill(told);
    });
  const select = (label, options, chosen, take) =>
    labelled(
      label,
      choice(options, chosen, {
        onchange: (event) => {
          take(event.target.value);
          draw();
        },
      }),
    );

  setTimeout(draw); // the data first
  return make(
    "figure",
    { class: name === "course" ? null : "card" },
    make("h2", {}, title),
    make(
      "div",
      { class: "row screen" },
      choices.map((one) => select(one.label, one.options, asked[one.name], (value) => { asked[one.name] = value; })),
      select(say("drawing.theme"), THEMES.map((one) => [one, say(`theme.${one}`)]), theme, (value) => { theme = value; }),
    ),
    told,
    frame,
    caption && make("figcaption", {}, caption),
    make("div", { class: "actions screen" }, save, " ", command(say("drawing.curl"), () => asCurl(address(), body, SVG))),
  );
}
