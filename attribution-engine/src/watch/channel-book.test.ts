// Tests of what is read of payment channels: totals after a block, and configurations from events, which may be old.
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { type ChannelConfig, channelId } from "@tributary/protocol/typed-data/channel";
import { expect } from "chai";
import {
  type Abi,
  decodeFunctionData,
  encodeFunctionResult,
  getAddress,
  type Hex,
  hexToNumber,
  numberToHex,
  zeroAddress,
} from "viem";
import { BundleShelf } from "./bundle-shelf.ts";
import { ChannelBook } from "./channel-book.ts";
import { LogBook } from "./log-book.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { loggedEvent } from "./test/logged-event.ts";
import { refusal, scriptedNode } from "./test/scripted-node.ts";

const COURT = getAddress(numberToHex(1, { size: 20 }));
const CHANNELS = getAddress(numberToHex(2, { size: 20 }));
const CHAIN_ID = 31_337;
const ABI = [
  ...settlementProofsAbi.filter((item) => item.type === "function" && item.name === "channels"),
  ...batchSettlementAbi.filter((item) => item.type === "function" && item.name === "multicall"),
] as Abi;
const DEPLOYED = 40_000n;
const head = { number: 60_000n, timestamp: 1 };

interface Range {
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
  readonly topics: readonly [Hex, Hex | readonly Hex[]];
}

function configOf(salt: number): ChannelConfig {
  const party = getAddress(numberToHex(9, { size: 20 }));
  const parties = { payer: party, payerAuthorizer: party, receiver: party, receiverAuthorizer: party, token: party };
  return { ...parties, withdrawDelay: 900, salt: numberToHex(salt, { size: 32 }) };
}

/** A channel that was made in a block. */
function made(salt: number, block: number) {
  const config = configOf(salt);
  return { id: channelId(config, CHAIN_ID, CHANNELS), config, block };
}

/** A book at a node with channels, and what the node was asked: ranges of blocks, and the blocks after which it was called. */
function bookOf(
  channels: readonly ReturnType<typeof made>[],
  { contract = CHANNELS as Hex, oldest = 0, claimed = 0n, most = 10_000 } = {},
) {
  const ranges: [number, number][] = [];
  const called: unknown[] = [];
  const reader = scriptedNode({
    eth_chainId: () => numberToHex(CHAIN_ID),
    eth_getLogs: ([{ fromBlock, toBlock, topics }]: [Range]) => {
      const [from, to] = [hexToNumber(fromBlock), hexToNumber(toBlock)];
      ranges.push([from, to]);
      if (to - from >= most) throw refusal(-32005, `query exceeds max block range ${most}`);
      if (from < oldest) throw refusal(-32000, "history has been pruned for this block");
      const wanted = [topics[1]].flat();
      return channels
        .filter(({ id, block }) => wanted.includes(id) && block >= from && block <= to)
        .map(({ id, config }) =>
          loggedEvent(CHANNELS, batchSettlementAbi, "ChannelCreated", { channelId: id, config }),
        );
    },
    eth_call: ([{ data }, block]: [{ data: Hex }, unknown]) => {
      const { functionName, args } = decodeFunctionData({ abi: ABI, data });
      if (functionName === "channels") return encodeFunctionResult({ abi: ABI, functionName, result: contract });
      called.push(block);
      const state = encodeFunctionResult({
        abi: batchSettlementAbi,
        functionName: "channels",
        result: [claimed + 1n, claimed],
      });
      const result = (args![0] as Hex[]).map(() => state);
      return encodeFunctionResult({ abi: ABI, functionName, result });
    },
  });
  const logs = new LogBook(reader, [COURT], DEPLOYED);
  const shelf = new BundleShelf([], "/nowhere");
  const contracts = ledgerAt(COURT);
  const book = new ChannelBook({ reader, contracts, logs, shelf, keptPayouts: () => undefined });
  return { book, ranges, called };
}

describe("ChannelBook", () => {
  it("reads totals after the very block, of the court's channel contract, under its own domain", async () => {
    const { id, config } = made(1, 50_000);
    const { book, called } = bookOf([], { claimed: 77n });
    const facts = await book.factsOf([id], head);
    expect(called).to.deep.equal([numberToHex(head.number)]);
    expect([facts!.claimedOf(id), facts!.token, facts!.idOf(config)]).to.deep.equal([77n, COURT, id]);
    expect(facts!.idOf(config)).to.not.equal(channelId(config, CHAIN_ID));
  });

  it("knows of no channels where the court compares with none", async () => {
    const { id } = made(1, 50_000);
    const { book, called, ranges } = bookOf([], { contract: zeroAddress });
    expect(await book.factsOf([id], head)).to.equal(undefined);
    expect((await book.configsOf([id], head)).size).to.equal(0);
    expect([called, ranges]).to.deep.equal([[], []]);
  });

  it("looks for configurations from the newest block on, and no further than they are", async () => {
    const [young, older] = [made(1, 59_000), made(2, 51_000)];
    const { book, ranges } = bookOf([young, older]);
    const found = await book.configsOf([young.id, older.id], head);
    expect([found.get(young.id), found.get(older.id)]).to.deep.equal([young.config, older.config]);
    expect(ranges).to.deep.equal([[50_001, 60_000]]);
    await book.configsOf([young.id, older.id], { ...head, number: 70_000n });
    expect(ranges).to.have.length(1);
  });

  it("looks before the deployment for those alone that are not of its time, once", async () => {
    const [own, foreign] = [made(1, 50_000), made(2, 17)];
    const { book, ranges } = bookOf([own, foreign]);
    const found = await book.configsOf([own.id, foreign.id], head);
    expect(found.get(foreign.id)).to.deep.equal(foreign.config);
    expect(ranges.at(-1)).to.deep.equal([0, 9_999]);
    expect(ranges).to.have.length(7);
  });

  it("says of one that is in no event that it is not known, and reads the blocks that have come since", async () => {
    const { id } = made(1, 50_000);
    const { book, ranges } = bookOf([]);
    expect((await book.configsOf([id], head)).has(id)).to.equal(false);
    const asked = ranges.length;
    await book.configsOf([id], { ...head, number: 60_100n });
    expect(ranges.slice(asked)).to.deep.equal([[59_936, 60_100]]);
  });

  it("does not fail where a node has forgotten the blocks before the deployment, and asks again", async () => {
    const { id } = made(1, 17);
    const { book, ranges } = bookOf([], { oldest: Number(DEPLOYED) });
    for (let n = 0; n < 2; n++) expect((await book.configsOf([id], head)).has(id)).to.equal(false);
    expect(ranges.filter(([from]) => from < Number(DEPLOYED)).length).to.be.greaterThan(1);
  });

  it("asks for fewer blocks where a node wants that", async () => {
    const channel = made(1, 51_000);
    const { book } = bookOf([channel], { most: 1_000 });
    expect((await book.configsOf([channel.id], head)).get(channel.id)).to.deep.equal(channel.config);
  });
});
