// SIMULATED upstream of the benchmark, in a process of its own: answers each call with the same completion, after 50 ms or, with `seed: 1`, at once.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DELAY_MS, IMMEDIATE, OUTPUT_TOKENS, PROMPT_TOKENS } from "./load-job.ts";

const ANSWER = JSON.stringify({
  id: "cmpl-bench",
  object: "text_completion",
  created: 1,
  model: "bench",
  choices: [{ index: 0, text: "The river that it feeds. ".repeat(10), finish_reason: "stop", logprobs: null }],
  usage: {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: OUTPUT_TOKENS,
    total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
  },
});

const server = createServer((request, response) => {
  const arrived = performance.now();
  let body = "";
  request.setEncoding("utf8").on("data", (part: string) => (body += part));
  request.once("end", () => {
    const send = (): void => {
      response.writeHead(200, { "content-type": "application/json", "content-length": ANSWER.length }).end(ANSWER);
    };
    if (body.includes(IMMEDIATE)) send();
    else setTimeout(send, Math.max(0, DELAY_MS - (performance.now() - arrived)));
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
});
