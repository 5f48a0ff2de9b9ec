// What the TypeScript client does beside calling: `node --test`, with the bundled client in CLIENT
// and the address of a service in SERVICE.
import assert from "node:assert/strict";
import { test } from "node:test";

const { answered, createScoringClient, fromLines, isRefused, ScoringProblem, toLines } = await import(process.env.CLIENT);

const LATER = { status: 503, headers: { "Retry-After": "0", "Content-Type": "application/problem+json" } };
const alive = () => Response.json({ status: "alive" });
const later = () => new Response('{"code":"not_ready","errors":[]}', LATER);
const lost = () => {
  throw new TypeError("fetch failed");
};

function scripted(...answers) {
  const asked = [];
  const fetch = async (request) => {
    asked.push({ url: request.url, headers: request.headers, body: await request.text() });
    return answers[Math.min(asked.length, answers.length) - 1]();
  };
  return { asked, fetch };
}

test("a lost connection and a 503 that says when are tried again with the same bytes", async () => {
  const { asked, fetch } = scripted(lost, later, alive);
  const client = createScoringClient("http://a", { fetch });
  const { data } = await client.POST("/v1/score", { body: { instrument: "phq-9", answers: [1] } });
  assert.deepEqual(data, { status: "alive" });
  assert.equal(new Set(asked.map((one) => one.body)).size, 1);
  assert.equal(asked.length, 3);
});

test("the tries have an end", async () => {
  const { asked, fetch } = scripted(later);
  await assert.rejects(answered(createScoringClient("http://a", { fetch }).GET("/livez")), { code: "not_ready" });
  assert.equal(asked.length, 3);
});

test("a 503 that does not say when, or much later, is not tried again", async () => {
  for (const headers of [{}, { "Retry-After": "31" }]) {
    const { asked, fetch } = scripted(() => new Response("", { status: 503, headers }));
    await createScoringClient("http://a", { fetch }).GET("/livez");
    assert.equal(asked.length, 1);
  }
});

test("what is counted is never sent twice", async () => {
  const { asked, fetch } = scripted(lost);
  const client = createScoringClient("http://a", { fetch });
  await assert.rejects(client.POST("/cds-services/alliance-monitor/feedback", { body: { feedback: [] } }));
  assert.equal(asked.length, 1);
});

test("a credential goes along, a token is asked for before each request", async () => {
  const { asked, fetch } = scripted(alive);
  const tokens = ["one", "two"];
  const client = createScoringClient("http://a", { fetch, token: async () => tokens.shift() });
  await client.GET("/livez");
  await client.GET("/livez");
  await createScoringClient("http://a", { fetch, key: "k" }).GET("/livez");
  const sent = asked.map(({ headers }) => headers.get("Authorization") ?? headers.get("X-API-Key"));
  assert.deepEqual(sent, ["Bearer one", "Bearer two", "k"]);
});

test("a number that is not finite is never sent as null", async () => {
  const { asked, fetch } = scripted(alive);
  const client = createScoringClient("http://a", { fetch });
  for (const answers of [[NaN], { 1: Infinity }]) {
    await assert.rejects(client.POST("/v1/score", { body: { instrument: "phq-9", answers } }), TypeError);
  }
  assert.throws(() => toLines([{ answers: [NaN] }]), TypeError);
  assert.equal(asked.length, 0);
});

test("what is not the service's answer is a problem without a code", async () => {
  const { fetch } = scripted(() => new Response("<p>", { status: 502, headers: { "Content-Type": "text/html" } }));
  const problem = await answered(createScoringClient("http://a", { fetch }).GET("/livez")).catch((caught) => caught);
  assert.ok(problem instanceof ScoringProblem);
  assert.equal(problem.code, undefined);
  assert.equal(problem.status, 502);
});

test("a cut answer to a batch does not look whole", () => {
  for (const text of ["", '{"a":1}\n', '{"summary":{"lines":1}}\n', '{"a":1}\n{"summary":{"lines":2}}\n']) {
    assert.throws(() => fromLines(text), /cut/);
  }
});

test("a batch has a report or a problem for each line", async () => {
  const client = createScoringClient(process.env.SERVICE);
  const forms = [{ answers: Array(9).fill(1) }, { answers: { 1: 7 } }];
  const text = await answered(
    client.POST("/v1/batch", {
      params: { query: { instrument: "phq-9" } },
      body: toLines(forms),
      headers: { "Content-Type": "application/x-ndjson" },
      parseAs: "text",
    }),
  );
  const [report, problem] = fromLines(text);
  assert.equal(report.scores.total.value, 9);
  assert.ok(isRefused(problem) && problem.line === 2 && problem.problem.code === "invalid_request");
});

test("a chart is a text", async () => {
  const client = createScoringClient(process.env.SERVICE);
  const forms = [{ instrument: "wai-sr", scores: { total: 4 } }];
  const svg = await answered(
    client.POST("/v1/monitor", {
      body: { sessions: [{ number: 1, forms }] },
      headers: { Accept: "image/svg+xml" },
      parseAs: "text",
    }),
  );
  assert.match(svg, /^<svg/);
});
