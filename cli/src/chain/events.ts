// Reads the events of a contract over many blocks, of nodes too that refuse long ranges.
import type { Abi, Address, ContractEventArgs, ContractEventName, GetContractEventsReturnType } from "viem";
import type { Chain } from "../connection.ts";

/** Ranges are not made shorter than this. */
const LEAST_BLOCKS = 16n;

export interface EventFilter<abi extends Abi, name extends ContractEventName<abi>> {
  readonly address: Address;
  readonly abi: abi;
  readonly eventName: name;
  readonly args?: ContractEventArgs<abi, name>;
  readonly fromBlock: bigint;
}

/** All that fit, in the order of the chain. @throws what the node says of a range that is short already */
export async function eventsOf<const abi extends Abi, name extends ContractEventName<abi>>(
  { client }: Chain,
  { fromBlock, ...filter }: EventFilter<abi, name>,
): Promise<GetContractEventsReturnType<abi, name, true>> {
  const found: GetContractEventsReturnType<abi, name, true> = [];
  const head = await client.getBlockNumber();
  let from = fromBlock;
  let blocks = head - from + 1n;
  while (from <= head) {
    const toBlock = from + blocks - 1n < head ? from + blocks - 1n : head;
    try {
      const part = await client.getContractEvents({ ...filter, fromBlock: from, toBlock, strict: true } as never);
      found.push(...(part as unknown as GetContractEventsReturnType<abi, name, true>));
      from = toBlock + 1n;
    } catch (error) {
      if (blocks <= LEAST_BLOCKS) throw error;
      blocks /= 2n;
    }
  }
  return found;
}
