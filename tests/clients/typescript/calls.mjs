// Makes the calls that come as JSON on standard input, with the client that the argument names, and
// writes for each its status, whether there was an answer, and the code of the problem.
import { Buffer } from "node:buffer";
import net from "node:net";
import { text } from "node:stream/consumers";

const { createScoringClient, ScoringProblem, toLines } = await import(process.argv[2]);

const results = [];
for (const call of JSON.parse(await text(process.stdin))) results.push(await made(call));
process.stdout.write(JSON.stringify(results));

async function made(call) {
  const options = { retries: 0, fetch: call.bytes === null ? fetch : asBytes(call) };
  const client = createScoringClient(call.address, call.key ? { ...options, key: call.key } : options);
  const { data, error, response } = await client[call.verb](call.template, {
    params: { path: call.path, query: call.query },
    ...asked(call.body),
    parseAs: call.parse_as,
  });
  const problem = new ScoringProblem(response.status, error);
  const answer = typeof data === "string" ? data.length > 0 : data !== undefined;
  return { status: problem.status, code: problem.code ?? null, errors: problem.errors, answer };
}

function asked(body) {
  if (body === null) return {};
  if (Array.isArray(body)) return { body: toLines(body), headers: { "Content-Type": "application/x-ndjson" } };
  if (typeof body === "string") return { body, headers: { "Content-Type": "text/csv" } };
  return { body };
}

// Sends any bytes with any headers, which `fetch` would not.
function asBytes({ bytes, headers }) {
  return async (request) => {
    const { host, hostname, port, pathname, search } = new URL(request.url);
    const body = Buffer.from(bytes, "base64");
    const sent = new Headers({ Host: host, "Content-Type": "application/json", Connection: "close", ...headers });
    if (!sent.has("Transfer-Encoding") && !sent.has("Content-Length")) sent.set("Content-Length", body.length);
    const head = [`POST ${pathname}${search} HTTP/1.1`, ...Array.from(sent, ([name, value]) => `${name}: ${value}`)];
    const socket = net.connect({ host: hostname, port, allowHalfOpen: true });
    socket.on("error", () => {}); // a refusal may come before everything is sent
    socket.write(head.join("\r\n") + "\r\n\r\n");
    socket.write(body);
    const answer = await text(socket);
    socket.destroy();
    const [first, ...rest] = answer.split("\r\n\r\n");
    return new Response(rest.join("\r\n\r\n"), {
      status: Number(first.split(" ")[1]),
      headers: { "Content-Type": /^content-type: (.*)$/im.exec(first)[1] },
    });
  };
}
