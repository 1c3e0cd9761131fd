// A chain full of events of one contract, for indexers to be compared on.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Address, encodeFunctionData, type Hex, parseAbi, toEventSelector, toHex } from "viem";
import { accountAt, type Chain } from "../../../deploy/testing/anvil.ts";

const SOURCE = new URL("EventSource.sol", import.meta.url);
const EVENTS_PER_TRANSACTION = 50;
const TRANSACTIONS_PER_BLOCK = 2;
export const EVENTS_PER_BLOCK = EVENTS_PER_TRANSACTION * TRANSACTIONS_PER_BLOCK;
const SECONDS_PER_BLOCK = 12;
/** Blocks at the chain's end that Ponder does not take for final. */
const TAIL_BLOCKS = 40;
const GAS = 5_000_000n;

export const TOPICS = [
  "Minted(uint256,address,uint128)",
  "Moved(uint256,address,address)",
  "Paid(uint256,address,uint128)",
  "Voted(uint256,address,bool)",
].map((signature) => toEventSelector(signature));

export interface EventChain {
  contract: Address;
  events: number;
  /** Last block with an event; all up to it are final. */
  lastBlock: number;
}

export function secondsOf(events: number): number {
  return (events / EVENTS_PER_BLOCK + TAIL_BLOCKS + 10) * SECONDS_PER_BLOCK;
}

/** Emits `events`, whole blocks of {@link EVENTS_PER_BLOCK}, and ends with blocks that make them final. */
export async function emitEvents(
  { client }: Chain,
  events: number,
  onProgress: (done: number) => void,
): Promise<EventChain> {
  const account = accountAt(0).address;
  await client.setBlockTimestampInterval({ interval: SECONDS_PER_BLOCK });
  const deployed = await client.sendUnsignedTransaction({ from: account, data: bytecode(), gas: GAS });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash: deployed });
  const contract = contractAddress!;
  const data = encodeFunctionData({
    abi: parseAbi(["function emitMany(uint256 count)"]),
    args: [BigInt(EVENTS_PER_TRANSACTION)],
  });
  await client.setAutomine(false);
  let nonce = await client.getTransactionCount({ address: account });
  let hash: Hex = deployed;
  for (let done = 0; done < events; done += EVENTS_PER_BLOCK) {
    const hashes = await Promise.all(
      Array.from({ length: TRANSACTIONS_PER_BLOCK }, () => {
        const transaction = { from: account, to: contract, data, gas: toHex(GAS), nonce: toHex(nonce++) };
        return client.request({ method: "eth_sendTransaction", params: [transaction] } as never) as Promise<Hex>;
      }),
    );
    await client.mine({ blocks: 1 });
    hash = hashes.at(-1)!;
    onProgress(done + EVENTS_PER_BLOCK);
  }
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error("the source of events ran out of gas");
  const lastBlock = Number(await client.getBlockNumber());
  await client.mine({ blocks: TAIL_BLOCKS });
  return { contract, events, lastBlock };
}

interface Compiler {
  compile(input: string): string;
}

function bytecode(): Hex {
  const compiler = createRequire(import.meta.url)("solc") as Compiler;
  const input = {
    language: "Solidity",
    sources: { "EventSource.sol": { content: readFileSync(SOURCE, "utf8") } },
    settings: { optimizer: { enabled: true }, outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return `0x${output.contracts["EventSource.sol"]!["EventSource"]!.evm.bytecode.object}`;
}
