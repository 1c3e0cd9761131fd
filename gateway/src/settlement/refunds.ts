// Sends refunds again that were signed and whose transaction was not mined: their channels wait for them.
import { encodeFunctionData, isAddressEqual, type LocalAccount } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { holdings } from "@tributary/protocol/channel-states";
import { reasonOf } from "@tributary/protocol/reason";
import { REFUND_TYPES } from "@tributary/protocol/typed-data/refund";
import { x402Domain } from "@tributary/protocol/typed-data/x402-domain";
import type { Books, SignedRefund } from "../books/books.ts";
import { liftRefund } from "../payments/standing-refunds.ts";
import { channelsOf, type SettlementChain, type SettlementKeys, type Tell } from "./chain.ts";
import { configOf } from "./claims.ts";
import { sendAndWait } from "./send.ts";
import type { Settler } from "./settler.ts";

export interface StandingRefundsParts {
  readonly books: Pick<Books, "channels" | "refunds" | "refunded">;
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  readonly settler: Pick<Settler, "alone" | "claim">;
  /** Whether a refund's first transaction is still waited for. */
  readonly isUnderWay: (refund: SignedRefund) => boolean;
  readonly tell: Tell;
}

export class StandingRefunds {
  readonly #parts: StandingRefundsParts;

  constructor(parts: StandingRefundsParts) {
    this.#parts = parts;
  }

  /** Looks once. @returns how many channels go on waiting */
  async look(): Promise<number> {
    const { books, chain, isUnderWay, tell } = this.#parts;
    let waiting = 0;
    for (const refund of await books.refunds()) {
      try {
        let standing = await liftRefund(books, chain, refund);
        if (standing === "open" && !isUnderWay(refund)) {
          await this.#send(refund);
          standing = await liftRefund(books, chain, refund);
        }
        if (standing === "done") tell("refunded", { channelId: refund.channelId, nonce: String(refund.nonce) });
        else waiting++;
      } catch (error) {
        // One that can't be sent now keeps no other.
        waiting++;
        tell("refund waits", { channelId: refund.channelId, reason: reasonOf(error) });
      }
    }
    return waiting;
  }

  /**
   * The same refund: at most one of its transactions changes anything. What was charged is claimed before: the refund pays what is not claimed by then, and since it was signed
   * its payer may have taken the rest.
   */
  async #send({ channelId, nonce, amount }: SignedRefund): Promise<void> {
    const { books, chain, keys, settler } = this.#parts;
    const channel = await books.channels.get(channelId);
    if (channel === undefined) throw new Error("the books have no record of the channel");
    await settler.claim([channelId]);
    const { balance, claimed } = (await holdings(channelsOf(chain), [channelId])).get(channelId)!;
    if (claimed < BigInt(channel.chargedCumulativeAmount) && claimed < balance)
      throw new Error("what it was charged is not claimed yet");
    const config = configOf(channel);
    const authorizer = authorizerOf(keys, config.receiverAuthorizer);
    const signature = await authorizer.signTypedData({
      domain: x402Domain(chain.chainId),
      types: REFUND_TYPES,
      primaryType: "Refund",
      message: { channelId, nonce, amount },
    });
    const call = {
      abi: batchSettlementAbi,
      functionName: "refundWithSignature",
      args: [config, amount, nonce, signature],
    } as const;
    const to = chain.contracts.batchSettlement;
    await settler.alone(async () => {
      const account = keys.gateway.address;
      await chain.reader.simulateContract({ ...call, address: to, account });
      const data = encodeFunctionData(call);
      const gas = await chain.reader.estimateGas({ account, to, data });
      await sendAndWait(chain, keys.gateway, { what: `the refund of ${channelId}`, to, data, gas: gas * 2n });
    });
  }
}

function authorizerOf({ authorizers }: SettlementKeys, address: `0x${string}`): LocalAccount {
  const found = authorizers.find((each) => isAddressEqual(each.address, address));
  if (found === undefined) throw new Error(`the key of ${address}, which signs its refunds, is not here`);
  return found;
}
