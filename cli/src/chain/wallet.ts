// Sends transactions of one account and waits for them.
import { type Address, formatEther, type Hex, numberToHex, type TransactionReceipt } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { keySender } from "@tributary/protocol/key-sender";
import { refuseKnownKeys } from "@tributary/protocol/local-keys";
import { reasonOf } from "@tributary/protocol/reason";
import type { Send, TransactionRequest } from "@tributary/protocol/send-transaction";
import { signerSender } from "@tributary/protocol/signer-sender";
import type { Chain } from "../connection.ts";
import { OutcomeUnknown, UserError } from "../errors.ts";
import { type KeyFlags, signerOf } from "./keys.ts";
import { isMaybeSent, isRevert, isUnpaid, revertReason } from "./revert-reason.ts";

const UNDER_WAY_POLL_MILLISECONDS = 500;
const UNDER_WAY_MILLISECONDS = 120_000;

export interface Call {
  /** What the transaction does, for messages. */
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
}

export interface Wallet {
  readonly address: Address;
  /** Sends one transaction and waits for it. @throws UserError with the reason of a refusal */
  transact(call: Call): Promise<TransactionReceipt>;
  /** Sends several in their order, then waits for all; none of them may need another one's effect. */
  transactAll(calls: readonly Call[]): Promise<TransactionReceipt[]>;
  /** Waits until nothing of the account is under way, such as what a killed run sent. @throws UserError if that takes too long */
  settle(): Promise<void>;
}

/** @throws UserError if nobody signs, the signer does not answer, or its key is one that everybody knows and the chain is no local one */
export async function openWallet({ client, deployment }: Chain, flags: KeyFlags): Promise<Wallet> {
  const signer = await signerOf(flags);
  const { chainId } = deployment;
  const address = "privateKey" in signer ? privateKeyToAddress(signer.privateKey) : signer.from;
  let send: Send;
  try {
    refuseKnownKeys(chainId, { "the signing account": address });
    send =
      "privateKey" in signer
        ? keySender(signer.privateKey, client, chainId)
        : await signerSender(signer, client, chainId);
  } catch (error) {
    throw new UserError(reasonOf(error));
  }

  let hasSent = false;

  async function submit({ what, to, data }: Call): Promise<{ what: string; hash: Hex }> {
    try {
      const prepared = await client.prepareTransactionRequest({
        ...{ account: address, to, data, chain: client.chain },
        parameters: ["fees", "gas", "type"],
      });
      // What is still in the mempool counts: a transaction goes behind it, and replaces nothing.
      const nonce = await client.getTransactionCount({ address, blockTag: "pending" });
      const hash = await send(requestOf({ from: address, to, data, nonce }, prepared)).catch((error: unknown) => {
        if (!isMaybeSent(error)) throw error;
        throw new OutcomeUnknown(
          `${what}: a transaction was signed, and whether it was sent is not known: ${revertReason(error)}; before anything is sent again, look up the transaction number ${nonce} of ${address} in an explorer or at another node: what it did is done`,
        );
      });
      hasSent = true;
      return { what, hash };
    } catch (error) {
      if (error instanceof UserError) throw error;
      // What a contract refuses before anything is sent was called wrongly.
      if (isUnpaid(error)) throw new UserError(await tooFewFor(what), 1);
      if (!hasSent && isRevert(error)) throw new UserError(`${what}: ${revertReason(error)}; nothing was sent`);
      throw new UserError(`${what}: ${revertReason(error)}`, 1);
    }
  }

  async function tooFewFor(what: string): Promise<string> {
    const has = await client.getBalance({ address }).then(formatEther, () => "too few");
    return `${what}: ${address} has ${has} ETH, too few for the gas: send it some, and run the same command again`;
  }

  async function wait({ what, hash }: { what: string; hash: Hex }): Promise<TransactionReceipt> {
    const receipt = await client
      .waitForTransactionReceipt({ hash, checkReplacement: false })
      .catch((error: unknown) => {
        throw new OutcomeUnknown(
          `${what}: transaction ${hash} was sent, and whether it is in a block is not known: ${reasonOf(error)}; before anything is sent again, look it up in an explorer or at another node: what it did is done`,
        );
      });
    if (receipt.status !== "success")
      throw new UserError(`${what}: transaction ${hash} was reverted; run this again to hear why`, 1);
    return receipt;
  }

  return {
    address,
    transact: async (call) => wait(await submit(call)),
    async transactAll(calls) {
      const sent = [];
      for (const call of calls) sent.push(await submit(call));
      const receipts = [];
      for (const each of sent) receipts.push(await wait(each));
      return receipts;
    },
    async settle() {
      const deadline = Date.now() + UNDER_WAY_MILLISECONDS;
      for (;;) {
        const [mined, pending] = await Promise.all([
          client.getTransactionCount({ address, blockTag: "latest" }),
          client.getTransactionCount({ address, blockTag: "pending" }),
        ]);
        if (pending <= mined) return;
        if (Date.now() > deadline)
          throw new UserError(
            `${pending - mined} transactions of ${address} wait in the mempool: wait until they are in a block, or replace them from the wallet, then run this again`,
            1,
          );
        await new Promise((resolve) => setTimeout(resolve, UNDER_WAY_POLL_MILLISECONDS));
      }
    },
  };
}

interface Fees {
  gas?: bigint | undefined;
  gasPrice?: bigint | undefined;
  maxFeePerGas?: bigint | undefined;
  maxPriorityFeePerGas?: bigint | undefined;
}

function requestOf(
  { from, to, data, nonce }: { from: Address; to: Address; data: Hex; nonce: number },
  { gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Fees,
): TransactionRequest {
  return {
    ...{ from, to, data, nonce: numberToHex(nonce), gas: numberToHex(gas!) },
    ...(gasPrice !== undefined && { gasPrice: numberToHex(gasPrice) }),
    ...(maxFeePerGas !== undefined && { maxFeePerGas: numberToHex(maxFeePerGas) }),
    ...(maxPriorityFeePerGas !== undefined && { maxPriorityFeePerGas: numberToHex(maxPriorityFeePerGas) }),
  };
}
