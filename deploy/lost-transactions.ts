// Finds the transaction of which a killed run had noted that it would send it, and not that it had.
import { setTimeout as sleep } from "node:timers/promises";
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import type { Hex, PublicClient } from "viem";
import { artifactResolver } from "./artifacts.ts";
import type { Connection } from "./connection.ts";
import { begunSteps, halfSentSteps, mendJournal, stepName } from "./journal.ts";

/** How long a transaction that waits in the mempool is waited for. */
const PATIENCE_MILLISECONDS = 10 * 60_000;
const POLL_MILLISECONDS = 500;

/**
 * Brings a journal up to date with the chain: the lost transaction is entered if it arrived, and its step is begun anew if it did not.
 * So is a step that had begun and sent nothing. The step then takes the same nonce, so that at most one of the two can ever be mined.
 * @param firstBlock of the deployment
 */
export async function recoverLostTransactions(
  journalFolder: string,
  connection: Connection,
  firstBlock: number,
  onStep: (step: string) => void,
): Promise<void> {
  await mendJournal(journalFolder);
  for (const futureId of await begunSteps(journalFolder)) await wipe(journalFolder, artifactResolver, futureId);
  for (const { futureId, nonce } of await halfSentSteps(journalFolder)) {
    const step = stepName(futureId);
    if (await arrived(connection, nonce)) {
      const hash = await transactionWith(connection, nonce, firstBlock);
      await trackTransaction(journalFolder, hash, connection, 1);
      onStep(`found the transaction of ${step}, which a killed run had sent: ${hash}`);
    } else {
      await wipe(journalFolder, artifactResolver, futureId);
      onStep(`${step} was about to be sent by a killed run and never was: again`);
    }
  }
}

/** Waits until what was mined is as deep as the next step wants it. */
export async function settle(
  { client, from }: Connection,
  confirmations: number,
  pollMilliseconds: number,
): Promise<void> {
  for (;;) {
    const head = await client.getBlockNumber({ cacheTime: 0 });
    const latest = await client.getTransactionCount({ address: from });
    const depth = BigInt(confirmations - 1);
    if (latest === 0 || head < depth) return;
    const deep = await client.getTransactionCount({ address: from, blockNumber: head - depth });
    if (deep === latest) return;
    await sleep(pollMilliseconds);
  }
}

/** Whether a transaction with this nonce is mined, waiting for one that is about to be. */
async function arrived({ client, from }: Connection, nonce: number): Promise<boolean> {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  while ((await client.getTransactionCount({ address: from, blockTag: "pending" })) > nonce) {
    if ((await client.getTransactionCount({ address: from })) > nonce) return true;
    if (Date.now() > until)
      throw new Error(
        `transaction ${nonce} of ${from} has waited in the mempool for ten minutes: run again once it is mined or replaced`,
      );
    await sleep(POLL_MILLISECONDS);
  }
  return false;
}

/** The mined transaction with this nonce: the block is found by halving, from the number of transactions that the account had sent by then. */
async function transactionWith({ client, from }: Connection, nonce: number, firstBlock: number): Promise<Hex> {
  let before = BigInt(firstBlock);
  let at = await client.getBlockNumber({ cacheTime: 0 });
  while (at - before > 1n) {
    const middle = (before + at) / 2n;
    if ((await sentBy(client, from, middle)) > nonce) at = middle;
    else before = middle;
  }
  const { transactions } = await client.getBlock({ blockNumber: at, includeTransactions: true });
  const found = transactions.find(
    (transaction) => transaction.nonce === nonce && transaction.from.toLowerCase() === from.toLowerCase(),
  );
  if (found === undefined)
    throw new Error(`block ${at} has no transaction ${nonce} of ${from}: ask another node, with --rpc`);
  return found.hash;
}

function sentBy(client: PublicClient, address: Hex, blockNumber: bigint): Promise<number> {
  return client.getTransactionCount({ address, blockNumber });
}
