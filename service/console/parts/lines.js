/* Which line of a JSON text a pointer leads to. */

/** Return the line, counted from 1, of every pointer; of a member, that of its name. Null: no JSON. */
export function linesOf(text) {
  const lines = new Map();
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g;
  const open = []; // what stands open: its pointer, whether it is an array, the next key
  let line = 1;
  let name = null;
  const here = () => {
    const parent = open.at(-1);
    if (!parent) return "";
    return `${parent.pointer}/${parent.array ? parent.next : escaped(name)}`;
  };
  const note = (pointer) => {
    if (!lines.has(pointer)) lines.set(pointer, line);
  };
  for (const [token] of text.matchAll(tokens)) {
    const parent = open.at(-1);
    if (token === "\n") line += 1;
    else if (token === "{" || token === "[") {
      const pointer = here();
      note(pointer);
      open.push({ pointer, array: token === "[", next: 0, named: false });
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ",") {
      if (parent?.array) parent.next += 1;
      else if (parent) parent.named = false;
    } else if (token === ":") continue;
    else if (parent && !parent.array && !parent.named) {
      name = unquoted(token);
      parent.named = true;
      note(here());
    } else note(here());
  }
  return lines;
}

/** The line of a pointer, or of the nearest thing around it that is there. */
export function lineOf(lines, pointer) {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
    if (lines.has(at)) return lines.get(at);
    if (!at) return 1;
  }
}

function unquoted(token) {
  try {
    return JSON.parse(token);
  } catch {
    return token;
  }
}

function escaped(name) {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}
