// Evaluates an expression over responses, for benchmarks.fhirpath.evaluators: a line of JSON in, a line out.
// Takes the name of the library: fhirpath or medplum.
import { createInterface } from "node:readline";

async function compileWith(library, expression, questionnaire) {
  if (library === "medplum") {
    const { evalFhirPath, parseFhirPath } = await import("@medplum/core");
    const parsed = parseFhirPath(expression);
    return (response) => evalFhirPath(parsed, response);
  }
  const { default: fhirpath } = await import("fhirpath");
  const { default: model } = await import("fhirpath/fhir-context/r4");
  const evaluate = fhirpath.compile(expression, model);
  return (response) => evaluate(response, { questionnaire });
}

function resultOf(evaluate, response) {
  try {
    return { value: evaluate(response) };
  } catch (error) {
    return { error: error.message };
  }
}

let evaluate;
let responses;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.expression) {
    responses = asked.responses;
    let results;
    try {
      evaluate = await compileWith(process.argv[2], asked.expression, asked.questionnaire);
      results = responses.map((response) => resultOf(evaluate, response));
    } catch (error) {
      results = responses.map(() => ({ error: error.message }));
    }
    console.log(JSON.stringify(results));
  } else {
    const before = process.cpuUsage();
    for (const response of responses) evaluate(response);
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify((user + system) / responses.length));
  }
}
