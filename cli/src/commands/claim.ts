// tributary claim [positions...]
import type { Command } from "commander";
import { type Address, encodeFunctionData, type TransactionReceipt, zeroAddress, zeroHash } from "viem";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { printable } from "@tributary/protocol/printable";
import { reasonOf } from "@tributary/protocol/reason";
import { address, gathered, id, tokens } from "../amounts.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { type Payment, paymentsIn } from "../chain/payments.ts";
import { inToken, type PaymentToken, type TokenFlag, withToken } from "../chain/payment-token.ts";
import { type Position, positionsOf, readBooks, readPosition } from "../chain/positions.ts";
import { openWallet } from "../chain/wallet.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { OutcomeUnknown, UserError } from "../errors.ts";
import { newestFinal } from "../openings/final-epochs.ts";
import { verifiedPayout } from "../openings/payout.ts";
import { openSource, type OpeningSource, type SourceFlags, withOpenings } from "../openings/source.ts";
import { answering, type Answer, type JsonFlag, table, withJson } from "../output.ts";

/** Positions of one transaction. */
const BATCH = 16;

interface ClaimFlags extends ChainFlags, KeyFlags, SourceFlags, TokenFlag, JsonFlag {
  all: boolean;
  to?: Address;
}

export function claimCommand(program: Command): void {
  const claim = program
    .command("claim")
    .argument("[positions...]", "numbers of positions", gathered(id), [])
    .description(
      "have what positions earned paid to their owners, by openings that are verified against the chain first",
    )
    .option("--all", "all positions of the account that signs", false)
    .option(
      "--to <address>",
      "pay to this address; the account that signs must be the owner, or a claimer that it named",
      address,
    );
  withJson(withKeys(withOpenings(withChain(withToken(claim))))).action(answering(run));
}

/** What `claim` of the vault takes, with what it will pay. */
interface Claimable extends Position {
  readonly cumulative: bigint;
  readonly payloadHash: `0x${string}`;
  readonly opening: `0x${string}`;
  readonly attributed: bigint;
  readonly accrued: bigint;
}

async function run(positions: bigint[], flags: ClaimFlags): Promise<Answer> {
  if (flags.all === positions.length > 0)
    throw new UserError("name positions, such as tributary claim 5 7, or --all for those of the account that signs");
  if (flags.to === zeroAddress)
    throw new UserError("--to is the zero address: nobody could ever take what is paid to it");
  const { chain, token } = await inToken(await connect(flags), flags);
  const wallet = await openWallet(chain, flags);
  // What an earlier run sent may pay the same.
  await wallet.settle();
  const wanted = flags.all ? await positionsOf(chain, wallet.address) : [...new Set(positions)];
  const known = await Promise.all(wanted.map((position) => readPosition(chain, position)));
  const source = openSource(flags, chain);
  let claims: Claimable[];
  try {
    claims = await claimable(chain, source, known);
  } finally {
    source.close();
  }
  const due = claims.filter(({ attributed, accrued }) => attributed + accrued > 0n);
  const receipts: TransactionReceipt[] = [];
  let failed: Failed | undefined;
  for (let from = 0; from < due.length; from += BATCH) {
    const batch = due.slice(from, from + BATCH);
    try {
      receipts.push(
        await wallet.transact({
          what: `claim for positions ${batch.map(({ position }) => position).join(", ")}`,
          to: chain.deployment.addresses.RoyaltyVault,
          data:
            flags.to === undefined
              ? encodeFunctionData({ abi: royaltyVaultAbi, functionName: "claim", args: [batch] })
              : encodeFunctionData({ abi: royaltyVaultAbi, functionName: "claimTo", args: [flags.to, batch] }),
        }),
      );
    } catch (error) {
      // What was paid before is told, whatever ended this one.
      if (receipts.length === 0) throw error;
      const positions = batch.map(({ position }) => position);
      const notSent = due.slice(from + BATCH).map(({ position }) => position);
      failed = {
        ...{ positions, notSent, isUnknown: error instanceof OutcomeUnknown },
        error: error instanceof UserError ? error.message : reasonOf(error),
      };
      break;
    }
  }
  return receipt(token, receipts, known.length - due.length, failed);
}

/** The transaction that failed after others had paid. */
interface Failed {
  readonly positions: readonly bigint[];
  /** Of the transactions after it. */
  readonly notSent: readonly bigint[];
  /** Whether it may have paid all the same. */
  readonly isUnknown: boolean;
  readonly error: string;
}

/** Opens what each position is owed, and compares it with the root that the vault claims by. */
async function claimable(chain: Chain, source: OpeningSource, positions: readonly Position[]): Promise<Claimable[]> {
  const newest = await newestFinal(chain);
  return Promise.all(
    positions.map(async (each) => {
      const { claimed, accrued } = await readBooks(chain, each.position);
      // Before the first final epoch there is nothing to open: only direct income.
      if (newest === undefined)
        return {
          ...each,
          ...{
            cumulative: 0n,
            payloadHash: zeroHash,
            opening: "0x" as const,
            attributed: 0n,
            accrued,
          },
        };
      const leaf = await source.claim(newest, each.position);
      const { cumulative, payloadHash, opening } = verifiedOrRefused(each.position, leaf, newest.payouts);
      const attributed = cumulative > claimed ? cumulative - claimed : 0n;
      return { ...each, cumulative, payloadHash, opening, attributed, accrued };
    }),
  );
}

function verifiedOrRefused(...args: Parameters<typeof verifiedPayout>): ReturnType<typeof verifiedPayout> {
  try {
    return verifiedPayout(...args);
  } catch (error) {
    throw new UserError(`${(error as Error).message}: nothing was claimed; try another --indexer, or --bundles`, 1);
  }
}

function receipt(
  token: PaymentToken,
  receipts: readonly TransactionReceipt[],
  without: number,
  failed?: Failed,
): Answer {
  const { symbol, decimals } = token;
  const payments = receipts.flatMap(({ logs, transactionHash }) =>
    paymentsIn(logs).map((payment): Payment & { transaction: string } => ({
      ...payment,
      transaction: transactionHash,
    })),
  );
  const paid = payments.reduce((sum, { attributed, accrued }) => sum + attributed + accrued, 0n);
  const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  const gasCost = receipts.reduce((sum, { gasUsed, effectiveGasPrice }) => sum + gasUsed * effectiveGasPrice, 0n);
  const rows = payments.map(({ position, attributed, accrued, recipient }) => [
    ...[String(position), tokens(attributed, decimals), tokens(accrued, decimals), recipient],
  ]);
  return {
    ok: failed === undefined,
    json: { token, paid, payments, positionsWithoutIncome: without, gas, gasCost, failed },
    text:
      payments.length === 0
        ? "nothing is to be claimed"
        : [
            table(["position", `${symbol} attributed`, `${symbol} direct`, "paid to"], rows),
            `${tokens(paid, decimals)} ${symbol} were paid; gas ${gas}, ${tokens(gasCost)} ETH`,
            ...receipts.map(
              ({ transactionHash, blockNumber }) => `transaction ${transactionHash} in block ${blockNumber}`,
            ),
            ...(without > 0 ? [`${without} positions have nothing to claim`] : []),
            ...(failed === undefined
              ? []
              : [
                  `${failed.isUnknown ? `whether positions ${failed.positions.join(", ")} were paid is not known` : "not paid"}: ${printable(failed.error)}`,
                  ...(failed.notSent.length > 0 ? [`not sent: positions ${failed.notSent.join(", ")}`] : []),
                ]),
          ].join("\n"),
  };
}
