// SIMULATED: an OpenAI-compatible server for tests, whose answers and failures the prompt asks for.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a prompt may ask for, written in it as `name=value`. */
interface Wishes {
  /** Milliseconds before the answer's head. */
  delay?: number;
  /** Milliseconds between chunks. */
  pause?: number;
  /** Answers with this status. */
  status?: number;
  /** Words of the answer. */
  words?: number;
  /** Words that a chunk has. */
  perChunk?: number;
  /** `none`: says no usage. */
  usage?: string;
  /** `empty`: says "" for the reason of the end while it goes on, instead of null. */
  reason?: string;
  /** Closes the connection after this many chunks; 0: instead of an answer. */
  breakAfter?: number;
  /** `json`: sends something else. */
  bad?: string;
  /** Answers a chat in a form that no receipt covers: `choices`, `index`, `parts`, `calls` or `call`. */
  odd?: string;
  /** The chunk of a stream from which on it does; 0 if not said. */
  oddAfter?: number;
  /** Redirects there. */
  redirect?: string;
}

export interface SimulatedUpstream {
  /** With `/v1`. */
  readonly url: string;
  /** What was asked, the latest last. */
  readonly requests: { path: string; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[];
  /** How many calls were ended by the gateway before their answer was complete. */
  aborted: number;
  /** How many of the next calls are answered 503. */
  failures: number;
  close(): Promise<void>;
}

/** Deterministic: word `i` of an answer is `w<i>`; the usage counts words. */
export async function startSimulatedUpstream(port = 0): Promise<SimulatedUpstream> {
  const server = createServer((request, response) => {
    void answer(upstream, request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const upstream: SimulatedUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: [],
    aborted: 0,
    failures: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return upstream;
}

async function answer(upstream: SimulatedUpstream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
  const path = request.url!;
  upstream.requests.push({ path, headers: request.headers, body });
  response.once("close", () => {
    if (!response.writableFinished) upstream.aborted++;
  });
  const prompt = promptOf(body);
  const wishes = wishesOf(prompt);
  if (wishes.delay !== undefined) await sleep(wishes.delay);
  if (wishes.breakAfter === 0) return void response.destroy();
  if (upstream.failures > 0) {
    upstream.failures--;
    return sendJson(response, 503, { error: { message: "busy" } });
  }
  if (wishes.redirect !== undefined) return void response.writeHead(307, { location: wishes.redirect }).end();
  if (wishes.bad === "json") return void response.writeHead(200).end("not { json");
  if (wishes.status !== undefined) {
    response.setHeader("retry-after", "7");
    return sendJson(response, wishes.status, {
      error: { message: `SIMULATED ${wishes.status}`, type: "x", param: "messages", code: "simulated" },
    });
  }
  const words = prompt.split(/\s+/u).filter(Boolean).length;
  if (path.endsWith("/embeddings")) return sendJson(response, 200, embeddings(body, words));
  const count = Math.min(wishes.words ?? 5, Number(body["max_tokens"] ?? body["max_completion_tokens"] ?? 16));
  const usage = { prompt_tokens: words, completion_tokens: count, total_tokens: words + count };
  const isChat = path.endsWith("/chat/completions");
  const head = { id: "cmpl-1", created: 1, model: body["model"] };
  if (body["stream"] === true) return stream(response, { head, isChat, count, usage, wishes });
  const text = Array.from({ length: count }, (_, index) => `w${index}`).join(" ");
  const finish = { index: 0, finish_reason: "stop" };
  const choice = isChat ? { ...finish, message: { role: "assistant", content: text } } : { ...finish, text };
  const object = isChat ? "chat.completion" : "text_completion";
  const choices = wishes.odd === undefined ? [choice] : oddChoices(wishes.odd, "message", text);
  sendJson(response, 200, { ...head, object, choices, ...(wishes.usage !== "none" && { usage }) });
}

/** The choices of an answer or chunk that says more, or otherwise, than what a receipt covers. */
function oddChoices(odd: string, member: "message" | "delta", content: string): object[] {
  const called = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
  const choice = (message: object, index = 0): object => ({
    index,
    [member]: { role: "assistant", ...message },
    finish_reason: null,
  });
  const forms: Record<string, object[]> = {
    choices: [choice({ content }), choice({ content: "another" }, 1)],
    index: [choice({ content }, 1)],
    parts: [choice({ content: [{ type: "text", text: content }] })],
    calls: [choice({ content, tool_calls: { 0: called } })],
    call: [choice({ content, tool_calls: [member === "delta" ? called : { half: "\ud83d" }] })],
  };
  return forms[odd]!;
}

async function stream(
  response: ServerResponse,
  {
    head,
    isChat,
    count,
    usage,
    wishes,
  }: { head: object; isChat: boolean; count: number; usage: object; wishes: Wishes },
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const object = isChat ? "chat.completion.chunk" : "text_completion";
  const send = (chunk: object): boolean => response.write(`data: ${JSON.stringify({ ...head, object, ...chunk })}\n\n`);
  const choice = (text: string | undefined, finish: string | null): object => ({
    choices: [
      {
        index: 0,
        ...(isChat ? { delta: text === undefined ? {} : { content: text } } : { text: text ?? "" }),
        finish_reason: finish,
      },
    ],
  });
  if (isChat) send({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] });
  const perChunk = wishes.perChunk ?? 1;
  const unfinished = wishes.reason === "empty" ? "" : null;
  for (let index = 0; index < count; index += perChunk) {
    if (wishes.pause !== undefined) await sleep(wishes.pause);
    if (wishes.breakAfter === index / perChunk) return void response.destroy();
    if (response.destroyed) return;
    if (wishes.odd !== undefined && index / perChunk >= (wishes.oddAfter ?? 0)) {
      send({ choices: oddChoices(wishes.odd, "delta", `x${index}`) });
      continue;
    }
    const words = Array.from({ length: Math.min(perChunk, count - index) }, (_, nth) => `w${index + nth}`);
    send(choice(`${index === 0 ? "" : " "}${words.join(" ")}`, unfinished));
  }
  send(choice(undefined, "stop"));
  if (wishes.usage !== "none") send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function embeddings(body: Record<string, unknown>, words: number): object {
  const inputs = Array.isArray(body["input"]) ? (body["input"] as string[]) : [String(body["input"])];
  const data = inputs.map((input, index) => ({
    object: "embedding",
    index,
    embedding: [input.length / 10, -0.1, 1 / 3],
  }));
  return { object: "list", model: body["model"], data, usage: { prompt_tokens: words, total_tokens: words } };
}

function promptOf({ messages, prompt, input }: Record<string, unknown>): string {
  if (Array.isArray(messages))
    return (messages as { content: unknown }[]).map(({ content }) => String(content)).join(" ");
  return Array.isArray(input) ? input.join(" ") : String(prompt ?? input);
}

function wishesOf(prompt: string): Wishes {
  const pairs = [...prompt.matchAll(/\b([a-zA-Z]+)=(\S+)/gu)].map(([, name, value]): [string, string | number] => [
    name!,
    /^\d+$/u.test(value!) ? Number(value) : value!,
  ]);
  return Object.fromEntries(pairs) as Wishes;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
