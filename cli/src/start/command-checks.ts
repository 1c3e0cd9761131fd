// Runs the commands that a contributor, a buyer and an auditor would run, as processes of their own, against the job that is up, and checks what they print.
import { join } from "node:path";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { isAddressEqual, type Hex } from "viem";
import type { Payment } from "../chain/payments.ts";
import { contributorAccount, FIRST_CONTRIBUTOR } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import type { PayoutOpening } from "./engine-results.ts";
import type { PaidCall } from "./paid-calls.ts";
import { runCommand, TRIBUTARY } from "./run-command.ts";

export interface CommandChecks {
  readonly rpcUrl: string;
  readonly deploymentFile: string;
  /** Address of the indexer, which serves openings. */
  readonly indexerUrl: string;
  /** Folder of the published bundles. */
  readonly bundles: string;
  readonly logs: string;
  readonly epoch: bigint;
  readonly call: PaidCall;
  /** A contributor by the index of its wallet, its position, and what the position is owed by attribution. */
  readonly claimant: { readonly contributor: number; readonly position: bigint };
  readonly openings: readonly PayoutOpening[];
}

/** @returns what the claim paid */
export async function checkCommands(checks: Checks, options: CommandChecks): Promise<Payment[]> {
  const { indexerUrl, bundles, epoch, call, claimant, openings } = options;
  const run = <Result>(name: string, args: readonly string[], key?: Hex): Promise<Result> =>
    runCommand<Result>(`tributary ${name}`, {
      command: process.execPath,
      args: [TRIBUTARY, name, ...args, "--json"],
      logFile: join(options.logs, `tributary-${name}.log`),
      environment: {
        TRIBUTARY_RPC_URL: options.rpcUrl,
        TRIBUTARY_DEPLOYMENT: options.deploymentFile,
        ...(key !== undefined && { TRIBUTARY_PRIVATE_KEY: key }),
      },
    });

  const key = localPrivateKey(FIRST_CONTRIBUTOR + claimant.contributor);
  const position = String(claimant.position);
  const [claimed, explained, audited] = await Promise.all([
    run<Claimed>("claim", [position, "--indexer", indexerUrl], key),
    run<Explained>("explain", [call.id, "--indexer", indexerUrl]),
    run<Audited>("audit", [String(epoch), "--bundles", bundles]),
  ]);
  const payments = claimed.payments.map(({ recipient, ...paid }): Payment => ({
    ...{ recipient, position: BigInt(paid.position) },
    ...{ attributed: BigInt(paid.attributed), accrued: BigInt(paid.accrued) },
  }));
  const attributed = payments.reduce((sum, payment) => sum + payment.attributed, 0n);
  const owed = BigInt(openings.find((opening) => opening.position === position)?.cumulative ?? 0);
  const { address } = contributorAccount(claimant.contributor);
  checks.add(
    "the command claim pays a contributor what its records earned",
    attributed === owed &&
      payments.length === 1 &&
      payments.every(({ recipient }) => isAddressEqual(recipient as Hex, address)),
    `position ${position}: ${attributed} attributed, ${owed} owed, to ${address}`,
  );
  checks.add(
    "the command explain proves who was paid for an answer",
    explained.status === "proven" && explained.fee === String(call.receipt.amount) && explained.records.length > 0,
    `fee ${explained.fee}, ${explained.records.length} records, status ${explained.status}`,
  );
  checks.add("the command audit rebuilds the epoch from chain and bundles alone", audited.ok, audited.reason);
  const statement = await run<{ earned: string; paid: string }>("statement", [position, "--bundles", bundles]);
  checks.equal(
    "the command statement accounts for all that a contributor was paid",
    ["earned", BigInt(statement.earned)],
    ["paid", BigInt(statement.paid)],
  );
  return payments;
}

interface Claimed {
  payments: { position: string; recipient: string; attributed: string; accrued: string }[];
}

interface Explained {
  status: string;
  fee: string;
  records: object[];
}

interface Audited {
  ok: boolean;
  reason: string;
}
