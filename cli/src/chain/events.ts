// Reads the events of a contract over many blocks, of nodes too that refuse long ranges.
import {
  type Abi,
  type Address,
  type ContractEventArgs,
  type ContractEventName,
  type GetContractEventsReturnType,
  TimeoutError,
} from "viem";
import { BlockSpan, isAboutRange } from "@tributary/protocol/block-span";
import type { Chain } from "../connection.ts";

export interface EventFilter<abi extends Abi, name extends ContractEventName<abi>> {
  readonly address: Address;
  readonly abi: abi;
  readonly eventName: name;
  readonly args?: ContractEventArgs<abi, name>;
  readonly fromBlock: bigint;
}

/** All that fit, in the order of the chain. @throws what the node says of a range that is short already, or what shorter ones would not help against */
export async function eventsOf<const abi extends Abi, name extends ContractEventName<abi>>(
  { client }: Chain,
  { fromBlock, ...filter }: EventFilter<abi, name>,
): Promise<GetContractEventsReturnType<abi, name, true>> {
  const found: GetContractEventsReturnType<abi, name, true> = [];
  const head = await client.getBlockNumber();
  let from = fromBlock;
  const span = new BlockSpan(head - from + 1n, mayBeAboutRange);
  while (from <= head) {
    const end = from + span.blocks - 1n;
    const toBlock = end < head ? end : head;
    try {
      const part = await client.getContractEvents({ ...filter, fromBlock: from, toBlock, strict: true } as never);
      found.push(...(part as unknown as GetContractEventsReturnType<abi, name, true>));
      from = toBlock + 1n;
      span.answered();
    } catch (error) {
      span.failed(toBlock - from + 1n, error);
    }
  }
  return found;
}

/** What is said of something that an event of the chain tells, where the node has none. */
export function noEvent(what: string): string {
  return `the node has no event ${what}: its logs may be pruned or late: try again, or name a node that keeps all logs with --rpc`;
}

/** A request of a long range may be too late for no other reason. */
function mayBeAboutRange(error: unknown): boolean {
  if (isAboutRange(error)) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof TimeoutError) return true;
  return false;
}
