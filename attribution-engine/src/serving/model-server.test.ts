// Tests of the model's server over HTTP: OpenAI's shapes, the stage's own texts, streams, refusals and its end.
import { expect } from "chai";
import { answersOf } from "../commands/answer.ts";
import type { Adapter } from "../model/adapter.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { smallModel, trainedAdapter } from "../sketch/test/small-model.ts";
import { serveModel, type ModelServer } from "./model-server.ts";
import { ServedModel } from "./served-model.ts";

/** How the stage `answer` asks. */
const AS_STAGE = { model: "small", max_tokens: 24, temperature: 0.7 };

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}
interface Completion {
  object: string;
  choices: { text: string; finish_reason: string | null; index: number }[];
  usage?: Usage;
}
interface ChatChunk {
  object: string;
  choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[];
  usage?: Usage;
}
interface Refusal {
  error: { message: string; type: string; param: string | null; code: string | null };
}

describe("the model's server", () => {
  const { base, texts, tokens } = smallModel();
  let adapter: Adapter;
  let server: ModelServer;
  const errors: string[] = [];

  const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const complete = async (body: object): Promise<Completion> =>
    (await (await post("/completions", { ...AS_STAGE, ...body })).json()) as Completion;
  const textOf = async (body: object): Promise<string> => (await complete(body)).choices[0]!.text;
  /** The events of a stream, whose last one must say that it is done. */
  const eventsOf = async <Event>(response: Response): Promise<Event[]> => {
    expect(response.headers.get("content-type")).to.match(/^text\/event-stream/);
    const events = (await response.text()).split("\n\n").filter(Boolean);
    expect(events.pop()).to.equal("data: [DONE]");
    return events.map((event) => JSON.parse(event.replace(/^data: /, "")) as Event);
  };

  before(async () => {
    adapter = await trainedAdapter(base, tokens);
    server = await serveModel(new ServedModel("small", base, adapter, CALL_CONTEXT), 0, (error) => errors.push(error));
  });
  after(async () => {
    await server.stop();
    expect(errors).to.deep.equal([]);
  });

  it("answers as the stage does, by the seed that is its number, among any others", async () => {
    const prompts = texts.slice(0, 40);
    const stage = await answersOf(base, adapter, prompts);
    const served = await Promise.all(prompts.map((prompt, seed) => complete({ prompt, seed })));
    expect(served.map(({ choices: [choice] }) => choice!.text)).to.deep.equal(stage.map(({ answer }) => answer));
    expect(served[3]!.usage).to.deep.equal({
      ...{ prompt_tokens: stage[3]!.promptTokens, completion_tokens: 24 },
      total_tokens: stage[3]!.promptTokens + 24,
    });
    expect([served[3]!.object, served[3]!.choices[0]!.finish_reason]).to.deep.equal(["text_completion", "length"]);
  });

  it("streams the same text, with usage where it is asked for", async () => {
    const body = { ...AS_STAGE, prompt: texts[0], seed: 7 };
    const events = await eventsOf<Completion>(
      await post("/completions", { ...body, stream: true, stream_options: { include_usage: true } }),
    );
    const last = events.pop()!;
    expect([last.choices, last.usage?.completion_tokens]).to.deep.equal([[], 24]);
    expect(events.map(({ choices: [choice] }) => choice!.text).join("")).to.equal(await textOf(body));
    expect(events.at(-1)!.choices[0]!.finish_reason).to.equal("length");
    expect(events.slice(0, -1).every(({ choices: [choice] }) => choice!.finish_reason === null)).to.equal(true);
    expect((await eventsOf<Completion>(await post("/completions", { ...body, stream: true }))).at(-1)!.usage).to.equal(
      undefined,
    );
  });

  it("continues the lines of a chat", async () => {
    const messages = [
      { role: "system", content: "the river" },
      {
        role: "user",
        content: [
          { type: "text", text: "and the " },
          { type: "text", text: "whale" },
        ],
      },
    ];
    const body = { ...AS_STAGE, messages, seed: 3 };
    const whole = (await (await post("/chat/completions", body)).json()) as {
      choices: { message: { role: string; content: string } }[];
    };
    const text = await textOf({ prompt: "the river\nand the whale", seed: 3 });
    expect(whole.choices[0]!.message).to.deep.include({ role: "assistant", content: text });
    const events = await eventsOf<ChatChunk>(await post("/chat/completions", { ...body, stream: true }));
    expect(events.map(({ choices: [choice] }) => choice!.delta.content ?? "").join("")).to.equal(text);
    expect(events.map(({ choices: [choice] }) => choice!.delta.role).filter(Boolean)).to.deep.equal(["assistant"]);
  });

  it("ends before a stop sequence, and takes the likeliest token at temperature 0", async () => {
    const whole = await textOf({ prompt: texts[1], seed: 5 });
    const stop = whole.slice(8, 12);
    const { choices, usage } = await complete({ prompt: texts[1], seed: 5, stop });
    expect(choices[0]).to.include({ text: whole.slice(0, whole.indexOf(stop)), finish_reason: "stop" });
    expect(usage!.completion_tokens).to.be.below(24);
    const greedy = { prompt: texts[1], temperature: 0 };
    expect(await textOf({ ...greedy, seed: 1 })).to.equal(await textOf({ ...greedy, seed: 2 }));
  });

  it("fills its context in a chat without a limit, and draws 16 tokens of a completion without one", async () => {
    const chat = await post("/chat/completions", {
      ...{ model: "small", stop: null },
      messages: [{ role: "user", content: "the river" }],
    });
    expect(((await chat.json()) as { usage: Usage }).usage.total_tokens).to.equal(CALL_CONTEXT);
    expect((await complete({ prompt: "the river", max_tokens: null })).usage!.completion_tokens).to.equal(16);
  });

  it("embeds texts at length 1, each alone as among others, as numbers or base64", async () => {
    type Embeddings = { data: { embedding: number[] | string }[]; usage: { prompt_tokens: number } };
    const embed = async (body: object): Promise<Embeddings> =>
      (await (await post("/embeddings", { model: "small", ...body })).json()) as Embeddings;
    const input = texts.slice(0, 3);
    const { data, usage } = await embed({ input });
    const [first, second] = data.map(({ embedding }) => embedding as number[]);
    expect(first).to.have.lengthOf(base.shape.width);
    expect(Math.hypot(...first!)).to.be.closeTo(1, 1e-6);
    expect(first).not.to.deep.equal(second);
    expect((await embed({ input: input[0] })).data[0]!.embedding).to.deep.equal(first);
    expect(usage.prompt_tokens).to.equal(tokens.slice(0, 3).reduce((sum, { length }) => sum + length, 0));
    const bytes = Buffer.from(
      (await embed({ input, encoding_format: "base64" })).data[1]!.embedding as string,
      "base64",
    );
    expect(Array.from(second!, (_, i) => bytes.readFloatLE(4 * i))).to.deep.equal(second);
  });

  it("lists itself", async () => {
    const { data } = (await (await fetch(`${server.url}/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).to.deep.equal(["small"]);
    expect(await (await fetch(`${server.url}/models/small`)).json()).to.deep.include({ id: "small", object: "model" });
    expect((await fetch(`${server.url}/models/large`)).status).to.equal(404);
  });

  const long = "the river ".repeat(CALL_CONTEXT);
  for (const [what, path, body, status, error] of [
    ["a prompt beyond the context", "/completions", { prompt: long }, 400, { code: "context_length_exceeded" }],
    ["a text to embed beyond it", "/embeddings", { input: long }, 400, { code: "context_length_exceeded" }],
    ["an answer beyond it", "/completions", { prompt: "a", max_tokens: 160 }, 400, { code: "context_length_exceeded" }],
    ["another model", "/completions", { prompt: "a", model: "gpt" }, 404, { code: "model_not_found" }],
    ["no model", "/completions", { prompt: "a", model: null }, 400, { param: "model" }],
    ["two answers", "/completions", { prompt: "a", n: 2 }, 400, { param: "n", code: "unsupported_value" }],
    ["tools", "/chat/completions", { messages: [{ role: "user", content: "a" }], tools: [] }, 400, { param: "tools" }],
    ["no messages", "/chat/completions", { messages: [] }, 400, { param: "messages" }],
    ["a picture", "/chat/completions", { messages: [{ role: "user", content: [{ type: "image_url" }] }] }, 400, {}],
    ["two prompts", "/completions", { prompt: ["a", "b"] }, 400, { param: "prompt" }],
    ["no tokens", "/completions", { prompt: "a", max_tokens: 0 }, 400, { param: "max_tokens" }],
    ["a temperature below 0", "/completions", { prompt: "a", temperature: -1 }, 400, { param: "temperature" }],
    ["an empty stop sequence", "/completions", { prompt: "a", stop: [""] }, 400, { param: "stop" }],
    ["usage of no stream", "/completions", { prompt: "a", stream_options: {} }, 400, { param: "stream_options" }],
    ["nothing to embed", "/embeddings", { input: [] }, 400, { param: "input" }],
  ] as const)
    it(`refuses ${what} as OpenAI does`, async () => {
      const response = await post(path, { model: "small", ...body });
      const { error: told } = (await response.json()) as Refusal;
      expect(response.status).to.equal(status);
      expect(told).to.include({ type: "invalid_request_error", ...error });
      expect(told.message).not.to.equal("");
    });

  it("refuses what is no JSON, no object, too large, and on no route", async () => {
    const statusOf = async (response: Promise<Response>): Promise<number> => {
      const { status, body } = await response.then(async (got) => ({ status: got.status, body: await got.json() }));
      expect((body as Refusal).error.message).to.be.a("string");
      return status;
    };
    expect(await statusOf(post("/completions", '{"model": '))).to.equal(400);
    expect(await statusOf(post("/completions", []))).to.equal(400);
    expect(await statusOf(post("/completions", { prompt: "a".repeat(2 ** 20) }))).to.equal(413);
    expect(await statusOf(post("/images", {}))).to.equal(404);
    expect(await statusOf(fetch(`${server.url}/completions`))).to.equal(405);
  });

  it("goes on with the others where a client is gone", async () => {
    const gone = new AbortController();
    const left = post("/completions", { ...AS_STAGE, prompt: "a", stream: true }, gone.signal);
    const stays = textOf({ prompt: texts[2], seed: 2 });
    await left.then(() => gone.abort());
    expect(await stays).to.equal(await textOf({ prompt: texts[2], seed: 2 }));
  });

  it("refuses what it has no room for, as overloaded", async () => {
    const crowded = await serveModel(new ServedModel("small", base, adapter, CALL_CONTEXT, 1), 0, (e) =>
      errors.push(e),
    );
    const body = JSON.stringify({ ...AS_STAGE, prompt: "a" });
    const call = (): Promise<Response> => fetch(`${crowded.url}/completions`, { method: "POST", body });
    const answers = await Promise.all([call(), call(), call()]);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).to.be.within(1, 2);
    expect(((await refused[0]!.json()) as Refusal).error).to.include({ type: "server_error", code: "overloaded" });
    await crowded.stop();
  });

  it("finishes what is under way when it is told to stop", async () => {
    const model = new ServedModel("small", base, adapter, CALL_CONTEXT);
    const other = await serveModel(model, 0, (error) => errors.push(error));
    const body = JSON.stringify({ ...AS_STAGE, prompt: "a", stream: true });
    const response = await fetch(`${other.url}/completions`, { method: "POST", body });
    const stopped = other.stop();
    expect(await response.text()).to.match(/data: \[DONE\]\n\n$/);
    await stopped;
    expect(
      await fetch(`${other.url}/models`).then(
        () => "answered",
        () => "gone",
      ),
    ).to.equal("gone");
  });
});
