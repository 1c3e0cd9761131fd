// Refunds of a channel: so many in an hour as were sent, whatever was asked and refused.
import { expect } from "chai";
import { toHex } from "viem";
import type { Books } from "../books/books.ts";
import type { RefundPayload } from "./payload.ts";
import { Refunds } from "./refunds.ts";

const HOUR = 3_600_000;

/** Books without a refund that stands. */
function booksOf(channel?: object): Pick<Books, "channels" | "refund"> {
  return {
    channels: { get: () => Promise.resolve(channel) },
    refund: () => Promise.resolve(undefined),
  } as unknown as Pick<Books, "channels" | "refund">;
}

describe("refunds of a channel", () => {
  it("are as many in an hour as its operator pays for; those that send nothing don't count", async () => {
    let now = 5 * HOUR;
    const refunds = new Refunds(booksOf(), 2, () => now);
    const ask = async (channel: number, sends = true): Promise<number> => {
      const voucher = { channelId: toHex(channel, { size: 32 }) };
      const answer = await refunds.run({ voucher } as RefundPayload, 1n, () => {
        if (sends) refunds.begin(voucher.channelId.toUpperCase().replace("0X", "0x"));
        return Promise.resolve(new Response(null, { status: 200 }));
      });
      if (answer.status === 429) {
        expect(answer.headers.get("retry-after")).to.match(/^[1-9][0-9]*$/u);
        expect(await answer.json()).to.have.nested.property("error.code", "refund_rate_limit");
      }
      return answer.status;
    };
    for (let time = 0; time < 5; time++) expect(await ask(10, false)).to.equal(200);
    expect(await ask(10)).to.equal(200);
    now += HOUR / 2;
    expect([await ask(10), await ask(10), await ask(11)]).to.deep.equal([200, 429, 200]);
    now += HOUR / 2;
    expect([await ask(10), await ask(10)]).to.deep.equal([200, 429]);
    now += HOUR;
    expect([await ask(10), await ask(10)]).to.deep.equal([200, 200]);
  });

  it("are of a call's ceiling at least, or of all that is left", async () => {
    const refunds = new Refunds(booksOf({ balance: "100", chargedCumulativeAmount: "60" }), 9);
    const voucher = { channelId: toHex(10, { size: 32 }) };
    const ask = (amount: string): Promise<Response> =>
      refunds.run({ voucher, amount } as RefundPayload, 50n, () => Promise.resolve(new Response()));
    const small = await ask("39");
    expect([small.status, await small.json()]).to.deep.equal([
      400,
      {
        error: {
          message: "A refund is of 50 base units or more, or of all that is left.",
          type: "invalid_request_error",
          param: null,
          code: "refund_too_small",
        },
      },
    ]);
    for (const amount of ["40", "50"]) expect((await ask(amount)).status).to.equal(200);
  });

  it("wait for none that is not verified, and for one that is", async () => {
    const refunds = new Refunds(booksOf(), 9);
    const voucher = { channelId: toHex(10, { size: 32 }) };
    const [judged, sent] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const run = (verified: boolean, first: Promise<unknown>, then: Promise<unknown>): Promise<Response> =>
      refunds.run({ voucher } as RefundPayload, 1n, async () => {
        await first;
        if (!verified || !refunds.begin(voucher.channelId)) return new Response(null, { status: 402 });
        await then;
        return new Response(null, { status: 200 });
      });
    const forged = Array.from({ length: 5 }, () => run(false, judged.promise, sent.promise));
    const own = run(true, Promise.resolve(), sent.promise);
    const twin = run(true, Promise.resolve(), sent.promise);
    const late = await twin;
    expect(late.status).to.equal(409);
    expect(await late.json()).to.deep.include({
      error: {
        ...{ message: "This channel is being refunded already.", type: "invalid_request_error", param: null },
        code: "refund_under_way",
      },
    });
    expect((await run(true, Promise.resolve(), sent.promise)).status).to.equal(409);
    expect(refunds.isUnderWay(voucher.channelId)).to.equal(true);
    judged.resolve(undefined);
    expect((await Promise.all(forged)).map(({ status }) => status)).to.deep.equal([402, 402, 402, 402, 402]);
    // A forged one that ends leaves the channel to the one that has begun.
    expect(refunds.isUnderWay(voucher.channelId)).to.equal(true);
    sent.resolve(undefined);
    expect((await own).status).to.equal(200);
    expect(refunds.isUnderWay(voucher.channelId)).to.equal(false);
    expect((await run(true, Promise.resolve(), Promise.resolve())).status).to.equal(200);
  });
});
