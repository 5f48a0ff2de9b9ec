/* Calls to the service that this page comes from. The credential stays in this variable. */

import { language } from "./words.js";

let credential = "";

/** Send this key or token along from now on. */
export function useCredential(text) {
  credential = text.trim();
}

/** Whether the service asks for a credential. */
export function asksForCredential() {
  return document.documentElement.dataset.authMode !== "none";
}

/** What went wrong with a call: the problem that the service told. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** Ask the service; `body` is an object, or JSON as text. Throws Refused. */
export async function ask(path, body = null, accept = "application/json") {
  const headers = { Accept: accept, "Accept-Language": language() };
  if (credential) headers.Authorization = `Bearer ${credential}`;
  if (body !== null) headers["Content-Type"] = "application/json";
  const sent = { method: body === null ? "GET" : "POST", headers, credentials: "omit" };
  if (body !== null) sent.body = asText(body);
  let response;
  try {
    response = await fetch(path, sent);
  } catch {
    throw new Refused({ code: "unreachable", errors: [] });
  }
  if (!response.ok) throw new Refused(await told(response));
  return accept === "application/json" ? response.json() : response.blob();
}

async function told(response) {
  try {
    return await response.json();
  } catch {
    return { code: "unreadable", detail: String(response.status), errors: [] };
  }
}

/** The same call for a command line; a credential is named and never written out. */
export function asCurl(path, body, accept = null) {
  const address = new URL(path, document.baseURI).href;
  const key = asksForCredential() ? ` \\\n  -H "Authorization: Bearer $KEY"` : "";
  const quoted = asText(body).replaceAll("'", `'\\''`);
  const wanted = accept ? ` \\\n  -H 'Accept: ${accept}'` : "";
  const spoken = language() === "en" ? "" : ` \\\n  -H 'Accept-Language: ${language()}'`;
  return `curl -s '${address}' \\\n  -H 'Content-Type: application/json'${wanted}${spoken}${key} \\\n  -d '${quoted}'`;
}

function asText(body) {
  return typeof body === "string" ? body : JSON.stringify(body);
}
