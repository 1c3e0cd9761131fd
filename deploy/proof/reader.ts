// Reads the chain for the proof, at one block, with the ABIs of the contracts as they are built.
import {
  type Abi,
  type Address,
  type BlockTag,
  type Hash,
  type Hex,
  type Log,
  type PublicClient,
  type Transaction,
  type TransactionReceipt,
} from "viem";
import { loadArtifact } from "../artifacts.ts";

/** How old a state is read: the newest, or one that can no longer be undone. */
export type At = Extract<BlockTag, "latest" | "safe" | "finalized">;

export type Reader = {
  block: bigint;
  code: (address: Address) => Promise<Hex | undefined>;
  call: (
    contract: string,
    address: Address,
    functionName: string,
    args?: readonly unknown[],
    from?: Address,
  ) => Promise<unknown>;
  transaction: (hash: Hash) => Promise<{ transaction: Transaction; receipt: TransactionReceipt }>;
  /** Every log of a contract since a block. */
  logs: (address: Address, fromBlock: bigint) => Promise<Log[]>;
  abi: (contract: string) => Promise<Abi>;
};

export async function readerAt(client: PublicClient, at: At): Promise<Reader> {
  const { number: block } = await client.getBlock({ blockTag: at });

  async function logs(address: Address, fromBlock: bigint, toBlock: bigint): Promise<Log[]> {
    if (fromBlock > toBlock) return [];
    try {
      return await client.getLogs({ address, fromBlock, toBlock });
    } catch (error) {
      // Nodes bound the range of blocks that they search at once, each differently.
      if (fromBlock === toBlock) throw error;
      const middle = (fromBlock + toBlock) / 2n;
      return [...(await logs(address, fromBlock, middle)), ...(await logs(address, middle + 1n, toBlock))];
    }
  }

  return {
    block,
    abi: async (contract) => (await loadArtifact(contract)).abi,
    code: (address) => client.getCode({ address, blockNumber: block }),
    async call(contract, address, functionName, args = [], from) {
      const { abi } = await loadArtifact(contract);
      return client.readContract({
        address,
        abi,
        functionName,
        args,
        blockNumber: block,
        ...(from && { account: from }),
      });
    },
    async transaction(hash) {
      const [transaction, receipt] = await Promise.all([
        client.getTransaction({ hash }),
        client.getTransactionReceipt({ hash }),
      ]);
      if (receipt.blockNumber > block)
        throw new Error(`transaction ${hash} is in block ${receipt.blockNumber}, after block ${block}`);
      return { transaction, receipt };
    },
    logs: (address, fromBlock) => logs(address, fromBlock, block),
  };
}
