// Checks that what payers put into channels is with their gateway, with them again, or still in their channels, to the unit.
import { payerAccount, PAYER_COUNT } from "./accounts.ts";
import { readChannels } from "./channel-money.ts";
import type { Checks } from "./checks.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import { balanceOf } from "./money.ts";
import { SimulatedPayers, type PaidCall } from "./paid-calls.ts";

/** Adds up what payers had, paid, took back and still have. @param takenBack what the payer who left says it got */
export async function checkChannels(
  checks: Checks,
  chain: LocalChain,
  deployment: Deployment,
  model: RegisteredModel,
  calls: readonly PaidCall[],
  takenBack: bigint,
): Promise<void> {
  const { deposited, refunded, claimed, left, unswept, claimedOf } = await readChannels(chain, deployment, model);
  const wallets = await Promise.all(
    Array.from({ length: PAYER_COUNT }, (_, payer) => balanceOf(chain, deployment, payerAccount(payer).address)),
  );
  const charged = sum(calls.map(({ receipt }) => receipt.amount));
  const purses = sum(wallets) + charged + left;
  checks.equal(
    "payers' purses = wallets + receipts + what is left in channels",
    ["purses", SimulatedPayers.purses],
    ["wallets + receipts + left", purses],
  );
  checks.equal(
    "deposits = claims + refunds + what is left in channels",
    ["deposits", deposited],
    ["claimed + refunded + left", claimed + refunded + left],
  );
  checks.equal(
    "what was claimed of channels is in the till's settlements",
    ["claimed", claimed],
    ["receipts", charged],
  );
  checks.equal("and swept to the unit", ["not swept", unswept], ["nothing", 0n]);
  checks.add(
    "a payer took back what was left of its channel",
    takenBack > 0n && takenBack === refunded,
    `${takenBack} of ${refunded} refunded`,
  );
  const last = new Map(calls.map(({ receipt }) => [receipt.channelId, 0n]));
  for (const { receipt } of calls) {
    if (receipt.cumulative > last.get(receipt.channelId)!) last.set(receipt.channelId, receipt.cumulative);
  }
  const covered = [...last].filter(([id, cumulative]) => claimedOf.get(id) === cumulative);
  checks.add(
    "of every channel its last receipt's total was claimed",
    covered.length === last.size && last.size === Math.min(PAYER_COUNT, calls.length),
    `${covered.length} of ${last.size} channels`,
  );
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
