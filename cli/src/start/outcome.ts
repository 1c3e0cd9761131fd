// Everything that the report of a main job is made of.
import type { Payment } from "../chain/payments.ts";
import type { Checks } from "./checks.ts";
import type { Corpus } from "./corpus-file.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { JudgedLie } from "./ended-lies.ts";
import type { ExplainedCall, IndexResult, LeaveOutResult, MeasureResult, TrainResult } from "./engine-results.ts";
import type { LeftClaim } from "./left-claims.ts";
import type { PaidCall } from "./paid-calls.ts";
import type { ClosedSettlement } from "./settlement.ts";
import type { RejectedCopy } from "./simulated-copier.ts";
import type { Dishonesty } from "./simulated-liar.ts";

export interface Outcome {
  ok: boolean;
  seconds: number;
  corpus: Corpus;
  training: TrainResult;
  index: IndexResult;
  datanets: Datanets;
  copy: RejectedCopy;
  /** What the SIMULATED dishonest proposer proposed, and what became of it. */
  dishonesty: (Dishonesty & { lies: readonly JudgedLie[] }) | undefined;
  deployment: Deployment;
  calls: readonly PaidCall[];
  settlements: readonly ClosedSettlement[];
  epochs: readonly bigint[];
  explained: readonly ExplainedCall[];
  payments: readonly Payment[];
  left: readonly LeftClaim[];
  /** Out of the treasury's part of the fees. */
  proposerFees: bigint;
  /** What of the fees has reached those it was due to, the gateway included. */
  paidOfFees: bigint;
  /** What of the fees is still owed: licence income that is left to contributors is no part of it. */
  unpaid: bigint;
  measure: MeasureResult;
  leaveOut: LeaveOutResult;
  checks: Checks;
  /** Folder of the published bundles. */
  bundles: string;
  graphqlUrl: string;
  /** Where the dashboard is served, if it is. */
  dashboardUrl: string | undefined;
  /** Base address of the gateway. */
  gatewayUrl: string;
  rpcUrl: string;
}
