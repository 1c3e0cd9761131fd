// An event as a node hands it out.
import { type Abi, type Address, encodeAbiParameters, encodeEventTopics } from "viem";

const HASH = `0x${"11".repeat(32)}`;

/** An event of block 1. */
export function loggedEvent(address: Address, abi: Abi, eventName: string, values: Record<string, unknown>) {
  const event = abi.find((item) => item.type === "event" && item.name === eventName);
  if (event?.type !== "event") throw new Error(`no event ${eventName}`);
  const plain = event.inputs.filter(({ indexed }) => indexed !== true);
  return {
    address,
    topics: encodeEventTopics({ abi, eventName, args: values } as never),
    data: encodeAbiParameters(
      plain,
      plain.map(({ name }) => values[name!]),
    ),
    blockNumber: "0x1",
    blockHash: HASH,
    transactionHash: HASH,
    transactionIndex: "0x0",
    logIndex: "0x0",
    removed: false,
  };
}
