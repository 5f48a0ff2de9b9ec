/* A call as a command, copied and shown where copying is not allowed. */

import { announce, make } from "./page.js";
import { say } from "./words.js";

/** The button that copies, and the place where the command is shown; `text` returns it. */
export function command(label, text) {
  const shown = make("pre", { hidden: true, tabindex: "0", class: "curl" });
  const copy = async () => {
    shown.textContent = text();
    shown.hidden = false;
    try {
      await navigator.clipboard.writeText(shown.textContent);
      announce(say("report.copied"));
    } catch {
      announce(say("report.not_copied"));
      shown.focus();
    }
  };
  return [make("button", { type: "button", onclick: copy }, label), shown];
}
