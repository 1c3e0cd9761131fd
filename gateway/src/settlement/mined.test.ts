// The wait for a transaction: it ends when it is mined, new blocks or not, as deep as it must be, or when its time is over.
import { expect } from "chai";
import { type PublicClient, toHex, type TransactionReceipt, TransactionReceiptNotFoundError } from "viem";
import { minedReceipt } from "./mined.ts";

const CHAIN_ID = 31337;
const hash = toHex(1, { size: 32 });

/** SIMULATED: a node that answers each time what comes next: a receipt's block or none, and its latest block. */
function nodeOf(answers: { mined?: bigint; latest: bigint }[]) {
  let asked = 0;
  const next = () => answers[Math.min(asked, answers.length - 1)]!;
  const client = {
    getTransactionReceipt: () => {
      const { mined } = next();
      if (mined === undefined) {
        asked++;
        return Promise.reject(new TransactionReceiptNotFoundError({ hash }));
      }
      return Promise.resolve({ blockNumber: mined, status: "success" } as TransactionReceipt);
    },
    getBlockNumber: () => {
      const { latest } = next();
      asked++;
      return Promise.resolve(latest);
    },
  } as unknown as PublicClient;
  return { client, asked: () => asked };
}

describe("the wait for a transaction", () => {
  it("ends once it is mined, though no other block comes", async () => {
    const { client, asked } = nodeOf([{ latest: 5n }, { latest: 5n }, { mined: 5n, latest: 5n }]);
    expect(await minedReceipt(client, CHAIN_ID, hash, { mostMilliseconds: 5_000 })).to.include({ blockNumber: 5n });
    expect(asked()).to.equal(2);
  });

  it("waits for as many blocks as it needs, and anew where its block was replaced", async () => {
    const answers = [{ mined: 5n, latest: 5n }, { latest: 6n }, { mined: 7n, latest: 7n }, { mined: 7n, latest: 8n }];
    const { client, asked } = nodeOf(answers);
    const found = await minedReceipt(client, CHAIN_ID, hash, { confirmations: 2, mostMilliseconds: 5_000 });
    expect([found.blockNumber, asked()]).to.deep.equal([7n, 4]);
  });

  it("goes on where the node fails to answer now and then", async () => {
    const { client } = nodeOf([{ mined: 5n, latest: 5n }]);
    let failures = 2;
    const getTransactionReceipt: typeof client.getTransactionReceipt = (args) =>
      failures-- > 0 ? Promise.reject(new Error("away")) : client.getTransactionReceipt(args);
    const wait = minedReceipt({ ...client, getTransactionReceipt }, CHAIN_ID, hash, { mostMilliseconds: 5_000 });
    expect(await wait).to.include({ blockNumber: 5n });
    // And where it answers for the receipt, and not for its newest block.
    failures = 2;
    const deep = nodeOf([{ mined: 5n, latest: 6n }]).client;
    const getBlockNumber: typeof client.getBlockNumber = (args) =>
      failures-- > 0 ? Promise.reject(new Error("away")) : deep.getBlockNumber(args);
    const deeper = { ...deep, getBlockNumber };
    const waitForDepth = minedReceipt(deeper, CHAIN_ID, hash, { confirmations: 2, mostMilliseconds: 5_000 });
    expect(await waitForDepth).to.include({ blockNumber: 5n });
    expect(failures).to.be.below(0);
  });

  it("is given up in the time of one block while it is in none, and has time for each block from its first", async () => {
    const began = performance.now();
    const never = minedReceipt(nodeOf([{ latest: 5n }]).client, CHAIN_ID, hash, {
      ...{ confirmations: 1_000, mostMilliseconds: 60 },
    });
    const failure = await never.catch((error: Error) => error.message);
    expect(failure).to.match(/is not mined after 0\.06 s$/u);
    expect(performance.now() - began).to.be.below(1_000);
    // Its first block comes when the most for one is nearly over, and its third later than that.
    const mined = (latest: bigint) => ({ mined: 5n, latest });
    const late = nodeOf([{ latest: 4n }, { latest: 4n }, mined(5n), mined(5n), mined(6n), mined(6n), mined(7n)]);
    const wait = { confirmations: 3, mostMilliseconds: 160 };
    expect(await minedReceipt(late.client, CHAIN_ID, hash, wait)).to.include({ blockNumber: 5n });
  });

  it("is given up when its time is over, and says so of a node that does not answer", async () => {
    const failureOf = (wait: Promise<unknown>): Promise<string> =>
      wait.then(
        () => "none",
        (error: Error) => error.message,
      );
    const never = nodeOf([{ latest: 5n }]).client;
    expect(await failureOf(minedReceipt(never, CHAIN_ID, hash, { mostMilliseconds: 60 }))).to.match(
      /is not mined after/u,
    );
    const shallow = nodeOf([{ mined: 5n, latest: 5n }]).client;
    const wait = { confirmations: 2, mostMilliseconds: 30 };
    expect(await failureOf(minedReceipt(shallow, CHAIN_ID, hash, wait))).to.match(/is not 2 blocks deep/u);
    const away = (): Promise<never> => Promise.reject(new Error("away"));
    const gone = { getTransactionReceipt: away } as unknown as PublicClient;
    expect(await failureOf(minedReceipt(gone, CHAIN_ID, hash, { mostMilliseconds: 60 }))).to.equal("away");
    const halfGone = { ...shallow, getBlockNumber: away };
    expect(await failureOf(minedReceipt(halfGone, CHAIN_ID, hash, wait))).to.equal("away");
  });
});
