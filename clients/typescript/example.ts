/** Scores a form and watches a course of treatment: `node example.ts http://127.0.0.1:8000`, compiled. */
import { answered, createScoringClient, ScoringProblem } from "./src/index.js";

export async function example(address: string): Promise<string[]> {
  const client = createScoringClient(address);

  const report = await answered(
    client.POST("/v1/instruments/{instrument_id}/score", {
      params: { path: { instrument_id: "phq-9" } },
      body: { answers: [1, 2, 1, 0, 2, 1, 1, 0, 0] },
    }),
  );

  const course = await answered(
    client.POST("/v1/monitor", {
      params: { query: { sessions: "latest" } },
      body: {
        sessions: [
          { number: 1, forms: [{ instrument: "wai-sr", scores: { total: 4.2 } }] },
          { number: 2, forms: [{ instrument: "wai-sr", scores: { total: 3.1 } }] },
        ],
      },
    }),
  );

  const refused = await answered(
    client.POST("/v1/score", { body: { instrument: "phq-9", answers: { "1": 4 } } }),
  ).catch((problem: ScoringProblem) => problem);

  return [
    `PHQ-9: ${report.scores["total"]?.value}`,
    `Session ${course.sessions.at(-1)?.number}: ${course.sessions.at(-1)?.signal["client"]}`,
    refused instanceof ScoringProblem ? `${refused.status} ${refused.code}` : "",
  ];
}
