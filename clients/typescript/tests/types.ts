/** What the compiler accepts and what it refuses; it is never run. */
import { answered, createScoringClient, fromLines, isRefused, type ProblemCode, type Schemas } from "../src/index.js";

const client = createScoringClient("http://127.0.0.1:8000", { key: "k" });

export async function accepted(): Promise<void> {
  const { data, error } = await client.POST("/v1/instruments/{instrument_id}/score", {
    params: { path: { instrument_id: "phq-9" }, query: { working: true } },
    body: { answers: { "1": 2, "2": null } },
  });
  if (error) {
    const code: ProblemCode = error.code;
    const pointers: string[] = error.errors.map((fault) => fault.pointer);
    void [code, pointers];
  } else {
    const value: number | null | undefined = data.scores["total"]?.value;
    void value;
  }

  // A member with a default may be left out; JSON is not taken for a drawing.
  const form: Schemas["ScoreEnvelope"] = { answers: [1, 2] };
  const report: Schemas["ScoreReport"] = await answered(client.POST("/v1/score", { body: { instrument: "phq-9", ...form } }));
  const { data: drawing } = await client.POST("/v1/monitor", {
    body: { sessions: [] },
    headers: { Accept: "image/svg+xml" },
    parseAs: "text",
  });
  const svg: string | undefined = drawing;
  for (const answer of fromLines<Schemas["ScoreReport"]>("")) {
    if (isRefused(answer)) void answer.problem.code;
    else void answer.scores;
  }
  await answered(client.POST("/v1/score", { body: { instrument: "psqi", answers: { "1": "23:15", "4": 6.5, "5j": null } } }));
  const bundle = await answered(client.POST("/fhir/QuestionnaireResponse/$score", { body: { resourceType: "Bundle" } }));
  void [report, svg, bundle.resourceType];
}

export async function refused(): Promise<void> {
  // @ts-expect-error: no such path
  await client.GET("/v1/instrument");
  // @ts-expect-error: no such method of this path
  await client.GET("/v1/score");
  // @ts-expect-error: the instrument has to be named
  await client.POST("/v1/instruments/{instrument_id}/score", { body: { answers: [] } });
  // @ts-expect-error: answers are numbers, or texts that are clock times
  await client.POST("/v1/score", { body: { instrument: "phq-9", answers: [true] } });
  // @ts-expect-error: a misspelt member
  await client.POST("/v1/score", { body: { instrument: "phq-9", answer: [3] } });
  // @ts-expect-error: not one of the choices
  await client.GET("/v1/instruments", { params: { query: { perspective: "nobody" } } });
  const report = await answered(client.POST("/v1/score", { body: { instrument: "phq-9", answers: [] } }));
  // @ts-expect-error: a value may be null
  const value: number = report.scores["total"].value;
  // @ts-expect-error: no code of a problem
  const code: ProblemCode = "teapot";
  void [value, code];
}
