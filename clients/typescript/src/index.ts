/** Calls a questionnaire scoring service, with the types of its description. */
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** The named schemas: `Schemas["ScoreReport"]`. */
export type Schemas = components["schemas"];
export type ProblemCode = Schemas["Problem"]["code"];

/** What the methods answer is JSON, unless a call says `parseAs: "text"`. */
export type ScoringClient = Client<paths, `${string}/${string}json`>;

export interface Options {
  /** An API key. */
  key?: string;
  /** Returns a signed token; asked before each request, it keeps the token as long as it is good. */
  token?: () => string | Promise<string>;
  /** How often a request is sent again after a lost connection, or a 503 that says when: 2. */
  retries?: number;
  /** The language of alerts and flags, as `de` or `de-AT, en;q=0.5`; without one English. */
  language?: string;
  fetch?: (request: Request) => Promise<Response>;
}

/** A response that is no result. `code` is undefined where it is not the service that answered. */
export class ScoringProblem extends Error {
  readonly status: number;
  readonly code: ProblemCode | (string & {}) | undefined;
  /** Every fault; on the FHIR face the issues of the OperationOutcome. */
  readonly errors: Schemas["ProblemFault"][];
  readonly document: unknown;

  constructor(status: number, document: unknown) {
    const said = (isObject(document) ? document : {}) as Partial<Schemas["Problem"]> & Outcome;
    const [issue] = said.issue ?? [];
    const code = said.code ?? issue?.details?.coding?.[0]?.code;
    super(`${status} ${code ?? "not a response of the service"}. ${said.detail ?? issue?.details?.text ?? ""}`);
    this.name = "ScoringProblem";
    this.status = status;
    this.code = code;
    this.errors = said.errors ?? ((said.issue ?? []) as unknown as Schemas["ProblemFault"][]);
    this.document = document;
  }
}

interface Outcome {
  issue?: { details?: { text?: string; coding?: { code?: string }[] } }[];
}

/** Returns a client whose methods are those of openapi-fetch: `client.POST(path, {…})`. */
export function createScoringClient(address: string, options: Options = {}): ScoringClient {
  const { key, token, language, retries = 2, fetch = globalThis.fetch } = options;
  const client = createClient<paths, `${string}/${string}json`>({
    baseUrl: address,
    bodySerializer: serialized,
    fetch: (request) => persistent(fetch, request, retries),
    headers: language ? { "Accept-Language": language } : {},
    redirect: "error", // a credential goes to this address and to no other
  });
  client.use(credentials(key, token));
  return client;
}

/** Returns what a call answers; throws ScoringProblem for what it refuses. */
export async function answered<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (data === undefined || data === null) throw new ScoringProblem(response.status, error);
  return data;
}

/** Returns documents as the lines of a batch. */
export function toLines(documents: Iterable<object>): string {
  return Array.from(documents, (one) => serialized(one) + "\n").join("");
}

/**
 * Returns the answers to the lines of a batch: reports, and `{line, problem}` for a line that was
 * refused. Throws an Error where the response was cut.
 */
export function fromLines<Report>(text: string): (Report | RefusedLine)[] {
  const answers = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  if (answers.pop()?.summary?.lines !== answers.length) {
    throw new Error("The response to a batch was cut.");
  }
  return answers;
}

export interface RefusedLine {
  line: number;
  problem: Schemas["Problem"];
}

export function isRefused(answer: object): answer is RefusedLine {
  return "problem" in answer && "line" in answer;
}

/** Returns JSON; texts stay as they are. A number that is not finite would become null: it throws. */
function serialized(body: unknown): string {
  if (typeof body === "string") return body;
  return JSON.stringify(body, (name, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new TypeError(`${name} is not a finite number.`);
    }
    return value;
  });
}

function credentials(key: Options["key"], token: Options["token"]): Middleware {
  return {
    async onRequest({ request }) {
      if (token) request.headers.set("Authorization", `Bearer ${await token()}`);
      else if (key) request.headers.set("X-API-Key", key);
      return request;
    },
  };
}

const LONGEST_PAUSE = 30;
const ASKED_ONCE = /\/(feedback|readyz)$/; // what is counted, and what asks for this moment

/** Sends a request again where that is safe: the service keeps nothing, the same has the same response. */
async function persistent(
  fetch: NonNullable<Options["fetch"]>,
  request: Request,
  retries: number,
): Promise<Response> {
  let pause = 0.25;
  let left = ASKED_ONCE.test(new URL(request.url).pathname) ? 0 : retries;
  for (; ; left--, pause *= 2) {
    try {
      const response = await fetch(left ? request.clone() : request);
      const asks = Number(response.headers.get("Retry-After") ?? NaN);
      if (!left || response.status !== 503 || !(asks <= LONGEST_PAUSE)) return response;
      pause = Math.max(pause, asks);
    } catch (lost) {
      if (!left || request.signal.aborted) throw lost;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * pause));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
