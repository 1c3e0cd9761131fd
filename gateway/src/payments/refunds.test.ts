// Refunds of a channel: so many in an hour as were sent, whatever was asked and refused.
import { expect } from "chai";
import { toHex } from "viem";
import type { Books } from "../books/books.ts";
import type { RefundPayload } from "./payload.ts";
import { Refunds } from "./refunds.ts";

const HOUR = 3_600_000;

describe("refunds of a channel", () => {
  it("are as many in an hour as its operator pays for; those that send nothing don't count", async () => {
    let now = 5 * HOUR;
    const books = {
      channels: { get: () => Promise.resolve(undefined) },
      refund: () => Promise.resolve(undefined),
    } as unknown as Pick<Books, "channels" | "refund">;
    const refunds = new Refunds(books, 2, () => now);
    const ask = async (channel: number, sends = true): Promise<number> => {
      const voucher = { channelId: toHex(channel, { size: 32 }) };
      const answer = await refunds.run({ voucher } as RefundPayload, 1n, () => {
        if (sends) refunds.sent(voucher.channelId.toUpperCase().replace("0X", "0x"));
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
});
