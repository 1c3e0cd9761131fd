// The gateway's own judgement of vouchers against the official scheme's.
import { BatchSettlementEvmScheme, InMemoryChannelStorage } from "@x402/evm/batch-settlement/server";
import { expect } from "chai";
import fc from "fast-check";
import { type Hex, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { channelId as channelIdOf } from "@tributary/protocol/typed-data/channel";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { MALFORMED } from "./refused.ts";
import { beforeVerify } from "./verify.ts";

const CHAIN_ID = 31337;
const payer = privateKeyToAccount(toHex(3, { size: 32 }));
const stranger = privateKeyToAccount(toHex(4, { size: 32 }));
const [till, token, authorizer] = [5, 6, 7].map((number) => toHex(number, { size: 20 })) as [Hex, Hex, Hex];
const AMOUNT = 100n;

type Context = Parameters<ReturnType<typeof beforeVerify>>[0];

/** Seven times in eight what is good. */
function mostly<T>(good: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** One thing or another that differs from a good voucher, and from a fresh record. */
const changes = fc.record({
  signer: mostly(payer, stranger),
  signedChain: mostly(CHAIN_ID, 1),
  most: mostly(140n, 139n, 141n, 40n),
  charged: mostly("40", "41", "0"),
  balance: mostly("1000", "140", "139"),
  claimed: mostly("0", "40", "140"),
  age: mostly<number | undefined>(0, 3_600_000, undefined),
  receiver: mostly(till, token),
  payTo: mostly(till, token),
  withdrawDelay: mostly(900, 1000),
  asset: mostly(token, till),
  upperCase: fc.boolean(),
  payerUpperCase: mostly(false, true),
});

function upperCase(hex: Hex): Hex {
  return `0x${hex.slice(2).toUpperCase()}`;
}

describe("the judgement of vouchers", () => {
  it("is the official scheme's, wherever it does not leave it to it", async () => {
    const judged = { good: 0, bad: 0, left: 0 };
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const config = {
          payer: payer.address,
          payerAuthorizer: payer.address,
          receiver: change.receiver,
          receiverAuthorizer: authorizer,
          token,
          withdrawDelay: change.withdrawDelay,
          salt: toHex(0, { size: 32 }),
        };
        const channelId = channelIdOf(config, CHAIN_ID);
        const signature = await change.signer.signTypedData(
          voucherTypedData({ channelId, maxClaimableAmount: change.most }, change.signedChain),
        );
        const voucher = {
          channelId: change.upperCase ? upperCase(channelId) : channelId,
          maxClaimableAmount: String(change.most),
          signature,
        };
        const requirements = {
          scheme: "batch-settlement",
          network: `eip155:${CHAIN_ID}`,
          asset: change.asset,
          amount: String(AMOUNT),
          payTo: change.payTo,
          maxTimeoutSeconds: 60,
          extra: { receiverAuthorizer: authorizer, withdrawDelay: 900 },
        };
        const contextOf = () =>
          ({
            paymentPayload: {
              x402Version: 2,
              accepted: requirements,
              payload: {
                type: "voucher",
                channelConfig: change.payerUpperCase ? { ...config, payer: upperCase(config.payer) } : config,
                voucher,
              },
            },
            requirements,
            declaredExtensions: {},
          }) as unknown as Context;
        const storage = new InMemoryChannelStorage();
        const record = {
          channelId,
          channelConfig: config,
          chargedCumulativeAmount: change.charged,
          signedMaxClaimable: "40",
          signature: "0x",
          balance: change.balance,
          totalClaimed: change.claimed,
          withdrawRequestedAt: 0,
          refundNonce: 2,
          lastRequestTimestamp: 0,
        };
        await storage.updateChannel(channelId, () => ({
          ...record,
          ...(change.age === undefined ? {} : { onchainSyncedAt: Date.now() - change.age }),
        }));
        const scheme = new BatchSettlementEvmScheme(till, { storage, withdrawDelay: 900 });

        const own = await beforeVerify({
          scheme,
          chainId: CHAIN_ID,
          vouchers: () =>
            Promise.resolve({ charged: BigInt(change.charged), used: [], last: undefined, isRefunded: false }),
          onUsed: () => undefined,
          hasCode: () => Promise.resolve(false),
        })(contextOf());
        // The record would keep it as it is written, and no claim could be made out of that.
        if (change.payerUpperCase) {
          expect(own).to.deep.equal({ abort: true, reason: MALFORMED });
          return;
        }
        const official = await scheme.schemeHooks.onBeforeVerify!(contextOf());
        if (own === undefined) judged.left++;
        else {
          expect(own).to.deep.equal(official);
          if ("skip" in own && own.result.isValid) judged.good++;
          else judged.bad++;
        }
      }),
      { numRuns: 150, seed: 6 },
    );
    // The property would be empty if all were left to the scheme.
    expect(judged.good).to.be.greaterThan(5);
    expect(judged.bad).to.be.greaterThan(0);
    expect(judged.left).to.be.greaterThan(20);
  });
});
