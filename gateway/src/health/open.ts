// Puts the gateway's checks together, and shows in its metrics what they find.
import type { Address, PublicClient } from "viem";
import type { GatewaySigner } from "../accounts/signer.ts";
import type { Books } from "../books/books.ts";
import type { Log } from "../server/log.ts";
import type { Metrics } from "../server/metrics.ts";
import type { Settling } from "../settlement/settling.ts";
import { type Balances, checkBooks, checkGas, checkSigner } from "./checks.ts";
import { Health } from "./health.ts";

const EVERY_MILLISECONDS = 10_000;
const MOST_MILLISECONDS = 5_000;

export interface HealthParts {
  readonly books: Books;
  readonly client: PublicClient;
  readonly operator: Address;
  /** The present one first. */
  readonly signers: readonly [GatewaySigner, ...GatewaySigner[]];
  /** Wei. */
  readonly leastBalance: bigint;
  readonly settling: Pick<Settling, "standing">;
  readonly metrics: Metrics;
  readonly log: Log;
}

export function openHealth({
  books,
  client,
  operator,
  signers,
  leastBalance,
  settling,
  metrics,
  log,
}: HealthParts): Health {
  const balances: Balances = new Map();
  const accounts = { operator, gateway: signers[0].address };
  const health = new Health({
    checks: [
      checkBooks(books),
      ...signers.map((signer) => checkSigner(signer, MOST_MILLISECONDS)),
      checkGas((address) => client.getBalance({ address }), accounts, leastBalance, balances),
    ],
    everyMilliseconds: EVERY_MILLISECONDS,
    mostMilliseconds: MOST_MILLISECONDS,
    log,
  });
  metrics.gauges("balance_wei", "What the accounts that pay gas held lately (a float)", "account", () =>
    [...balances].map(([account, wei]) => [account, Number(wei)] as const),
  );
  const shown = (name: string, help: string, read: (standing: Settling["standing"]) => number): void => {
    metrics.gauge(name, help, () => read(settling.standing));
  };
  shown("demands_open", "Demands for receipts that are not answered", ({ demandsOpen }) => demandsOpen);
  shown("demands_overdue", "Of them those whose time is over", ({ demandsOverdue }) => demandsOverdue);
  shown(
    "claims_refused",
    "Channels whose claims are refused again and again through no payer's doing",
    ({ claimsRefused }) => claimsRefused,
  );
  shown(
    "claims_paused",
    "Channels that wait because their claims were reverted on chain",
    ({ claimsPaused }) => claimsPaused,
  );
  shown(
    "claims_reverted",
    "Claims of one channel that were reverted on chain since the start",
    ({ claimsReverted }) => claimsReverted,
  );
  shown(
    "settling_failing",
    "Parts of settling that failed three times in a row or more",
    ({ failing }) => failing.length,
  );
  return health;
}
