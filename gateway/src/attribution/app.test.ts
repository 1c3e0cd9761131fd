// The route of attributions: the status that says what a receipt waits for, and errors as OpenAI's clients read them.
import { expect } from "chai";
import { type Hex, toHex } from "viem";
import { attributionApp } from "./app.ts";
import type { Attribution } from "./attributions.ts";

const ID = toHex(7, { size: 32 });

async function answerOf(found: Attribution | Error, id: string = ID) {
  const told: Error[] = [];
  const of = (): Promise<Attribution> => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found));
  const app = attributionApp({ of }, (error) => told.push(error));
  const response = await app.request(`/v1/receipts/${id}/attribution`);
  return { status: response.status, body: (await response.json()) as Record<string, never>, response, told };
}

describe("the route of attributions", () => {
  it("says what a call waits for, with 202", async () => {
    const { status, body } = await answerOf({ what: "waiting", reason: "its settlement waits" });
    expect({ status, body }).to.deep.equal({
      status: 202,
      body: { id: ID, status: "waiting", reason: "its settlement waits" },
    });
  });

  it("answers what there is none of as OpenAI's clients expect", async () => {
    const expected = { unknown: 404, lost: 410, elsewhere: 404, busy: 503 } as const;
    for (const [what, code] of Object.entries(expected)) {
      const { status, body, response } = await answerOf({ what: what as keyof typeof expected, reason: "why" });
      expect(status, what).to.equal(code);
      expect(body.error, what).to.include({ message: "why", param: null });
      expect(response.headers.get("retry-after"), what).to.equal(what === "busy" ? "5" : null);
    }
    expect((await answerOf({ what: "busy", reason: "" }, "0x12")).status).to.equal(400);
  });

  it("serves nothing that does not verify", async () => {
    const { status, body, told } = await answerOf(new Error("entry 3: its influence: 4, not 5"));
    expect(status).to.equal(502);
    expect(JSON.stringify(body)).not.to.include("influence");
    expect(told[0]?.message).to.include("entry 3");
  });

  it("serves records with their contributors, roots and openings, and says what is proven and what attested", async () => {
    const root = { hash: ID, sum: 2n ** 60n };
    const roots = {
      receipts: root,
      sketches: root,
      index: root,
      groups: root,
      payouts: root,
      group: 0,
      offset: 0,
      ...{ pool: 5n, groupPool: 9n },
      ...{ k: 32, topK: 4, debitFactor: 192 },
    };
    const record = {
      list: "helpful",
      place: 4,
      s: 5n,
      w: 9n,
      points: 2n,
      contributionId: 3n,
      paid: 2n ** 70n,
    } as never;
    const { status, body } = await answerOf({
      what: "attributed",
      settlement: 8n,
      standing: { what: "final", epoch: 2n, proposal: 0, roots },
      call: { place: 1, call: 1, amount: 77n, records: [record] } as never,
      opened: { records: [] } as never,
      contributors: new Map([[3n, { contributor: `0x${"ab".repeat(20)}` as Hex, datanet: 1n }]]),
    });
    expect(status).to.equal(200);
    expect(body).to.include({ id: ID, status: "attributed", settlement: "8", epoch: "2", amount: "77" });
    expect(body.records).to.deep.equal([
      {
        ...{ list: "helpful", place: 4, s: "5", w: "9", points: "2", contributionId: "3", paid: String(2n ** 70n) },
        ...{ contributor: `0x${"ab".repeat(20)}`, datanet: "1" },
      },
    ]);
    expect(body.proven).to.be.an("array").with.length.above(3);
    expect(body.attested).to.be.an("array").with.length(2);
  });
});
