// What a statement says of attributed income: the epoch's sum and each named call are opened from the roots on chain, and what does not open is refused by its name.
import { type VectorCall, vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { zeroHash } from "viem";
import { type VectorChainChanges, vectorChain } from "../../../dashboard/src/check/testing/vector-chain.ts";
import { UserError } from "../errors.ts";
import { attributedEntries, attributedOver } from "./earnings.ts";
import { namedCalls } from "./named-calls.ts";
import { NotKept } from "./not-kept.ts";
import type { OpeningSource, PayingCall } from "./source.ts";

const POSITION = 9n;
const EARNED = 43_140n;

describe("the attributed income of a statement", function () {
  this.timeout(60_000);
  const vector = vectorEpoch();
  // Of one settlement; what each paid position 9, by the vector's numbers.
  const [first, second, third] = vector.calls.slice(0, 3) as [VectorCall, VectorCall, VectorCall];
  const A = first.id;
  const B = second.id;
  const PAID = [
    { receipt: A, paid: 135n },
    { receipt: B, paid: 595n },
  ];
  const { payouts } = vector;
  const final = {
    ...{ epoch: 4n, proposal: 1, payouts: payouts.root, bundleHash: zeroHash, at: 5n, blockNumber: 3n, logIndex: 0 },
  };

  function naming(calls: readonly PayingCall[], changed: Partial<OpeningSource> = {}): OpeningSource {
    return {
      payout: () => Promise.resolve(payouts.leaf(Number(POSITION))),
      claim: () => Promise.resolve(payouts.leaf(Number(POSITION))),
      payers: () => Promise.resolve({ total: calls.length, calls }),
      call(_, receipt) {
        const call = vector.calls.find(({ id }) => id === receipt);
        return Promise.resolve(call && { settlement: call.settlement, opened: call.opened });
      },
      close: () => undefined,
      ...changed,
    };
  }

  async function entriesOf(source: OpeningSource, of = final, changes: VectorChainChanges = {}) {
    const named = namedCalls(vectorChain(vector, first, changes), source);
    const entries = await attributedEntries(source, named, of, POSITION);
    return {
      opened: named.opened,
      entries: entries.map(({ receipt, amount, label }) => ({ receipt, amount, label })),
    };
  }

  async function refusal(...args: Parameters<typeof entriesOf>): Promise<string> {
    const error: unknown = await entriesOf(...args).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError).and.include({ exitCode: 1 });
    return (error as UserError).message;
  }

  it("is proven by call, each opened from the roots on chain, and so is the rest of the epoch's sum", async () => {
    expect(await entriesOf(naming(PAID))).to.deep.equal({
      opened: 2,
      entries: [
        { receipt: A, amount: 135n, label: "proven" },
        { receipt: B, amount: 595n, label: "proven" },
        { receipt: undefined, amount: EARNED - 730n, label: "proven" },
      ],
    });
    const one = naming([]);
    expect((await entriesOf(one)).entries).to.deep.equal([{ receipt: undefined, amount: EARNED, label: "proven" }]);
  });

  it("goes on without an epoch that is not kept, which is named; what is kept and does not hold still ends it", async () => {
    const [third, fifth] = [
      { ...final, epoch: 3n },
      { ...final, epoch: 5n },
    ];
    const keeping = (isKept: (epoch: bigint) => boolean) =>
      naming(PAID, {
        payout: ({ epoch }) =>
          isKept(epoch)
            ? Promise.resolve(payouts.leaf(Number(POSITION)))
            : Promise.reject(new NotKept("no bundle of it is here")),
      });
    const over = (source: OpeningSource) =>
      attributedOver(source, namedCalls(vectorChain(vector, first), source), [third, final, fifth], POSITION);
    const { booked, missing } = await over(keeping((epoch) => epoch === 4n));
    const why = "no bundle of it is here";
    expect(missing).to.deep.equal([
      { ...third, why },
      { ...fifth, why },
    ]);
    expect(booked.map(({ epoch, amount }) => [epoch, amount])).to.deep.equal([
      [4n, 135n],
      [4n, 595n],
      [4n, EARNED - 730n],
    ]);
    const wrong: unknown = await over(keeping((epoch) => epoch < 5n)).catch((error: unknown) => error);
    expect((wrong as Error).message).to.match(/^epoch 3, position 9, call .*REFUSED: it was paid for in epoch 4$/);
  });

  it("is the epoch's proven sum where the payouts are kept, and not what calls are opened from", async () => {
    const source = naming(PAID, { payers: () => Promise.reject(new NotKept("no index is here")) });
    expect(await entriesOf(source)).to.deep.equal({
      opened: 0,
      entries: [{ receipt: undefined, amount: EARNED, label: "proven" }],
    });
  });

  it("is refused with the name of the call whose opening was tampered with, or is another's, or nowhere", async () => {
    const tampered = (opened: VectorCall["opened"] | undefined) =>
      naming(PAID, {
        call: async (epochs, receipt) =>
          receipt === B ? opened && { settlement: second.settlement, opened } : naming(PAID).call(epochs, receipt),
      });
    const committed = new RegExp(`^epoch 4, position 9, call ${B}: REFUSED: what was opened is not what the chain`);
    const sketch = { ...second.opened.sketch, payload: first.opened.sketch.payload };
    expect(await refusal(tampered({ ...second.opened, sketch }))).to.match(committed);
    expect(await refusal(tampered(third.opened))).to.match(committed);
    expect(await refusal(tampered(undefined))).to.include(`call ${B}: no opening of it is to be had: not believed`);
  });

  it("is refused where a call paid the position something else, in another epoch, or another position than the chain names", async () => {
    expect(await refusal(naming([{ receipt: A, paid: 136n }]))).to.match(
      new RegExp(`call ${A}: REFUSED: it is said to have paid 136 base units, and paid 135$`),
    );
    expect(await refusal(naming(PAID), { ...final, epoch: 3n })).to.match(
      /call 0x\w+: REFUSED: it was paid for in epoch 4$/,
    );
    expect(await refusal(naming(PAID), final, { earnerOf: () => 9n })).to.match(
      /call 0x\w+: REFUSED: what became final in epoch 4 pays another position/,
    );
  });

  it("asks for few calls at a time, for each once, and for no further one after a refusal", async () => {
    let [inFlight, most, asked] = [0, 0, 0];
    const slow = (isThere: boolean): Pick<OpeningSource, "call"> => ({
      async call(epochs, receipt) {
        asked++;
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inFlight--;
        return isThere ? naming([]).call(epochs, receipt) : undefined;
      },
    });
    const chain = vectorChain(vector, first);
    const told: [number, number][] = [];
    const named = namedCalls(chain, slow(true), (...each) => told.push(each));
    await named.verify(final, POSITION, PAID);
    await named.verify(final, 4n, [{ receipt: A, paid: 1_154n }]);
    expect([asked, named.opened, told.at(-1)]).to.deep.equal([2, 2, [3, 3]]);
    [most, asked] = [0, 0];
    const many = Array.from({ length: 40 }, (_, i) => ({
      receipt: `0x${String(i).padStart(64, "0")}` as const,
      paid: 1n,
    }));
    const error: unknown = await namedCalls(chain, slow(false))
      .verify(final, POSITION, many)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError);
    expect([most, asked]).to.deep.equal([8, 8]);
  });

  it("is not believed where what is named is no receipt, is named twice, or paid nothing or less", async () => {
    const formula = '=HYPERLINK("http://127.0.0.1")' as PayingCall["receipt"];
    expect(await refusal(naming([{ receipt: formula, paid: 1n }]))).to.include("one is no receipt's id");
    const invented = [
      { receipt: A, paid: 1_000_000n },
      { receipt: B, paid: EARNED - 1_000_000n },
    ];
    expect(await refusal(naming(invented))).to.match(new RegExp(`${B} paid -956860, must be above 0: not believed`));
    expect(await refusal(naming([{ receipt: A, paid: 0n }]))).to.include("paid 0, must be above 0");
    const upper = `0x${A.slice(2).toUpperCase()}` as const;
    const twice = [A, upper].map((receipt) => ({ receipt, paid: 1n }));
    expect(await refusal(naming(twice))).to.include(`${upper} is named twice: not believed`);
  });

  it("is not believed where the calls brought more than the epoch paid", async () => {
    expect(await refusal(naming([{ receipt: A, paid: EARNED + 1n }]))).to.include(
      "paid position 9 more than it earned: not believed",
    );
  });
});
