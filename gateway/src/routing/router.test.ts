// Tests of the choice among models of a tag.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { configSchema } from "../config/schema.ts";
import { type ChainTerms, Listing } from "../models/listing.ts";
import { TERMS } from "../testing/gateway.ts";
import { Router } from "./router.ts";
import { type Candidate, rank, reasonOf } from "./score.ts";
import { TrackRecord } from "./track-record.ts";

const { routing, quotes, models } = configSchema.parse({
  chain: { deployment: "x" },
  models: [{ name: "x", version: 1, upstream: { url: "http://a/" } }],
});
const bound = { input: 100, output: 10 };

function listing(name: string, tags: string[], terms: Partial<ChainTerms> = {}, more: object = {}): Listing {
  const till = `0x${Buffer.from(name).toString("hex").padStart(40, "0")}` as const;
  const offer = { name, tags, model: 1n, version: 1n, till, token: till };
  return new Listing(
    offer,
    { ...models[0]!, ...more, name },
    { ...TERMS, ...terms },
    { ...quotes, termsSeconds: Infinity },
  );
}

describe("rank", () => {
  const candidate = (more: Partial<Candidate>): Candidate => ({
    name: "a",
    ceiling: 100n,
    latencyMs: 100,
    stake: 0,
    errors: 0,
    ...more,
  });

  it("prefers what is better on one ground and equal on the others, and says on which", () => {
    const cases: [keyof typeof routing, Partial<Candidate>][] = [
      ["price", { ceiling: 50n }],
      ["latency", { latencyMs: 40 }],
      ["stake", { stake: 1000 }],
    ];
    for (const [ground, better] of cases) {
      const ranked = rank([candidate({}), candidate({ name: "b", ...better })], routing);
      expect([ranked[0]!.candidate.name, reasonOf(ranked)]).to.deep.equal(["b", ground]);
    }
    const ranked = rank([candidate({ errors: 0.5 }), candidate({ name: "b" })], routing);
    expect([ranked[0]!.candidate.name, reasonOf(ranked)]).to.deep.equal(["b", "errors"]);
  });

  it("breaks ties by name, and tries what was never measured", () => {
    const tie = rank([candidate({ name: "b" }), candidate({})], routing);
    expect([tie[0]!.candidate.name, reasonOf(tie)]).to.deep.equal(["a", "name"]);
    expect(rank([candidate({}), candidate({ name: "b", latencyMs: undefined })], routing)[1]!.score).to.equal(0);
    expect(reasonOf(rank([candidate({})], routing))).to.equal("only");
  });

  it("does not depend on the order or on the units of price and latency", () => {
    const any = fc.record({
      ceiling: fc.bigInt({ min: 1n, max: 10n ** 9n }),
      latencyMs: fc.integer({ min: 1, max: 10_000 }),
      stake: fc.integer({ min: 0, max: 1_000_000 }),
      errors: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (drawn) => {
        const all = drawn.map((each, index) => ({ name: String(index), ...each }));
        const scaled = all.map((each) => ({ ...each, ceiling: each.ceiling * 1000n, latencyMs: each.latencyMs * 7 }));
        const [one, other] = [rank(all, routing), rank(scaled.reverse(), routing)];
        for (const {
          candidate: { name },
          score,
        } of one) {
          expect(Number.isFinite(score)).to.equal(true);
          expect(other.find((each) => each.candidate.name === name)!.score).to.be.closeTo(score, 1e-9);
        }
      }),
    );
  });
});

describe("Router", () => {
  const dear = listing("dear", ["t"], { registered: { input: 9000n, output: 9000n } });
  const cheap = listing("cheap", ["t", "u"]);
  const unready = listing("unready", ["t", "v"], { isUsable: false });
  const router = new Router([dear, cheap, unready], routing);
  const asked = { kind: "chat", isStream: false, boundAt: () => bound } as const;
  const route = (model: string, accepted?: { amount: string; payTo: string }) => router.route(model, asked, accepted);

  it("takes a name as it is, and says why it chose for a tag", () => {
    expect(route("dear").reason).to.equal("named");
    const { listing: chosen, reason } = route("auto:t");
    expect(chosen).to.equal(cheap);
    expect(reason).to.match(
      /^auto:t; because=price; of=2; score=0\.000; ceiling=260; latency=unmeasured; stake=0; errors=0\.00$/u,
    );
    expect(route("auto:u").reason).to.contain("because=only");
  });

  it("prefers stake by the chain's own number of OPEN, where all else is the same", () => {
    const staked = listing("staked", ["s"], { stake: 1_000n * 10n ** 18n });
    const { listing: chosen, reason } = new Router([listing("bare", ["s"]), staked], routing).route(
      "auto:s",
      asked,
      undefined,
    );
    expect(chosen).to.equal(staked);
    expect(reason).to.match(/because=stake; of=2; .*stake=1000;/u);
  });

  it("keeps to what was quoted while the quote holds, whatever has become better since", () => {
    const quoted = route("auto:t");
    const accepted = { amount: quoted.quote.ceiling.toString(), payTo: quoted.quote.offer.till.toLowerCase() };
    for (let call = 0; call < 20; call++) cheap.record.failed();
    expect(route("auto:t").listing).to.equal(dear);
    expect(route("auto:t", accepted).listing).to.equal(cheap);
    expect(route("auto:t", accepted).reason).to.contain("because=quote");
    // Terms that were raised are the same quote's.
    const raised = { ...accepted, amount: String(quoted.quote.ceiling + 3n) };
    expect(router.route("auto:t", asked, raised, () => 3n).listing).to.equal(cheap);
    expect(route("auto:t", raised).listing).to.equal(dear);
    // Not a sum that was asked, or not of this tag.
    expect(route("auto:t", { ...accepted, amount: "1" }).listing).to.equal(dear);
    expect(route("dear", accepted).listing).to.equal(dear);
  });

  it("chooses among those that serve such calls, and says so where none does", () => {
    const upstream = { ...models[0]!.upstream, serves: ["embeddings" as const] };
    const embedding = listing("z-embeds", ["t"], {}, { upstream });
    const both = new Router([cheap, embedding], routing);
    const embed = { ...asked, kind: "embeddings" } as const;
    expect(both.route("auto:t", embed, undefined).listing).to.equal(embedding);
    expect(both.route("auto:t", asked, undefined).listing).to.equal(cheap);
    expect(() => both.route("auto:u", embed, undefined))
      .to.throw(/No model of auto:u serves embeddings/u)
      .with.property("status", 400);
    expect(() => both.route("z-embeds", asked, undefined))
      .to.throw(/z-embeds does not serve chat/u)
      .with.property("status", 400);
  });

  it("sells nothing at terms that were not read for too long", async () => {
    const { offer, settings, terms } = cheap;
    const stale = new Listing(offer, settings, terms, { ...quotes, termsSeconds: 0.02 });
    await sleep(40);
    const only = new Router([stale], routing);
    expect(() => only.route("cheap", asked, undefined))
      .to.throw(/terms on chain have not been read for/u)
      .with.property("status", 503);
    stale.terms = terms;
    expect(only.route("cheap", asked, undefined).listing).to.equal(stale);
  });

  it("knows no other names and tags, and sells nothing that can't be settled", () => {
    expect(() => route("none"))
      .to.throw(/does not exist/u)
      .with.property("status", 404);
    expect(() => route("auto:none"))
      .to.throw()
      .with.property("status", 404);
    expect(() => route("auto:v"))
      .to.throw(/index is not final/u)
      .with.property("status", 503);
  });
});

describe("TrackRecord", () => {
  it("follows the latest calls, and forgives failures with time", () => {
    let now = 0;
    const record = new TrackRecord(() => now);
    expect(record.latencyMs(false)).to.equal(undefined);
    record.answered(false, 100);
    record.answered(false, 200);
    expect(record.latencyMs(false)).to.be.closeTo(120, 1e-9);
    // The first of a whole answer is all of it: streams are measured by themselves.
    expect(record.latencyMs(true)).to.equal(undefined);
    record.answered(true, 30);
    expect([record.latencyMs(true), record.latencyMs(false)]).to.deep.equal([30, 120]);
    // Whoever waited in vain says that it takes longer, but anybody may wait: however long it was, it is one call of four times the latency.
    record.waited(false, 90);
    expect(record.latencyMs(false)).to.be.closeTo(120, 1e-9);
    record.waited(false, 600_000);
    expect(record.latencyMs(false)).to.be.closeTo(120 + 0.2 * 360, 1e-9);
    const unknown = new TrackRecord(() => now);
    unknown.waited(false, 900);
    expect(unknown.latencyMs(false)).to.equal(900);
    // A model that is avoided is tried again some time.
    now = 600_000;
    expect(unknown.latencyMs(false)).to.be.closeTo(225, 1e-9);
    now = 0;
    record.failed();
    record.failed();
    expect(record.errors).to.be.closeTo(0.36, 1e-9);
    now = 60_000;
    expect(record.errors).to.be.closeTo(0.18, 1e-9);
  });
});
