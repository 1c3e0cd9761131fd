// Tests of calling upstreams: where they may be, and what is tried again.
import { expect } from "chai";
import { configSchema, type UpstreamSettings } from "../config/schema.ts";
import { type SimulatedUpstream, startSimulatedUpstream } from "../testing/simulated-upstream.ts";
import { readEvents } from "./events.ts";
import { guardedLookup } from "./guarded-lookup.ts";
import { Upstream } from "./upstream.ts";

function settingsOf(url: string, more: object = {}): UpstreamSettings {
  const model = { name: "m", version: 1, upstream: { url, ...more } };
  return configSchema.parse({ chain: { deployment: "x" }, models: [model] }).models[0]!.upstream;
}
const body = (prompt: string): string => JSON.stringify({ model: "m", prompt, max_tokens: 9 });
const never = new AbortController().signal;

async function failureOf(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  return call.then(
    () => expect.fail("it was answered"),
    (error: unknown) => error as { status: number; message: string },
  );
}

describe("guardedLookup", () => {
  const lookup = (host: string, all: boolean) =>
    new Promise<unknown>((resolve, reject) => {
      guardedLookup(host, { all }, (error, address) => {
        if (error === null) resolve(address);
        else reject(error);
      });
    });

  it("resolves names, and refuses what resolves to a metadata address", async () => {
    expect(await lookup("127.0.0.1", false)).to.equal("127.0.0.1");
    expect(await lookup("127.0.0.1", true)).to.deep.equal([{ address: "127.0.0.1", family: 4 }]);
    for (const host of ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:c1::a9fe:a9fe", "fd00:42::42"]) {
      expect(await failureOf(lookup(host, true)), host).to.include({ code: "EFORBIDDEN" });
    }
  });
});

describe("an upstream", () => {
  let server: SimulatedUpstream;
  before(async () => {
    server = await startSimulatedUpstream();
  });
  after(() => server.close());

  it("is asked again after 503, as often as it is set to be and no more", async () => {
    const upstream = new Upstream("m", settingsOf(server.url, { retries: 2 }), undefined);
    server.failures = 2;
    const answer = await upstream.call("completions", body("words=1"), never);
    expect(await upstream.readJson(answer, never)).to.have.property("choices");
    server.failures = 3;
    expect((await failureOf(upstream.call("completions", body("words=1"), never))).status).to.equal(502);
    expect(server.failures).to.equal(0);
    upstream.close();
  });

  it("is not asked again after its own no, or a redirect, which is not followed", async () => {
    const upstream = new Upstream("m", settingsOf(server.url, { retries: 5 }), undefined);
    for (const wish of ["status=500", "status=400", `redirect=${server.url}/completions`]) {
      const { length } = server.requests;
      await failureOf(upstream.call("completions", body(wish), never));
      expect(server.requests.length, wish).to.equal(length + 1);
    }
    upstream.close();
  });

  it("is said to have failed where there is none, and its address is not said", async () => {
    const upstream = new Upstream("m", settingsOf("http://127.0.0.1:9/v1", { retries: 1 }), undefined);
    const { status, message } = await failureOf(upstream.call("chat", body("x"), never));
    expect(status).to.equal(502);
    expect(message).not.to.contain("127.0.0.1");
  });

  it("is not blamed for a caller that does not read on: its idle time is that in which it is waited for", async () => {
    const upstream = new Upstream("m", settingsOf(server.url, { idleSeconds: 1 }), undefined);
    const words = 20_000;
    const long = JSON.stringify({ model: "m", prompt: `words=${words}`, max_tokens: words, stream: true });
    const answer = await upstream.call("completions", long, never);
    let chunks = 0;
    for await (const portion of readEvents(answer, "m", never, 64 * 2 ** 20)) {
      if (chunks === 0) await new Promise((resolve) => setTimeout(resolve, 2_500));
      chunks += portion.length;
    }
    expect(chunks).to.be.above(words);
    upstream.close();
  }).timeout(20_000);

  it("answers no more than it may, and in the time it has", async () => {
    const small = new Upstream("m", settingsOf(server.url, { mostAnswerBytes: 100 }), undefined);
    const answer = await small.call("completions", body("words=9"), never);
    expect((await failureOf(small.readJson(answer, never))).message).to.contain("more than 100 bytes");
    const hasty = new Upstream("m", settingsOf(server.url, { headSeconds: 0.05 }), undefined);
    expect((await failureOf(hasty.call("completions", body("delay=500"), never))).status).to.equal(504);
    const read = async (most: number): Promise<number> => {
      const stream = await small.call(
        "completions",
        JSON.stringify({ model: "m", prompt: "words=200", stream: true, max_tokens: 200 }),
        never,
      );
      let events = 0;
      for await (const portion of readEvents(stream, "m", never, most)) events += portion.length;
      return events;
    };
    expect(await read(1_000_000)).to.be.greaterThan(200);
    expect((await failureOf(read(5_000))).message).to.contain("more than 5000 bytes");
    small.close();
    hasty.close();
  });
});
