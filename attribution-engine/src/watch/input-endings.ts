// How an input was ended: by which call, what it cost, and what its bond paid.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import type { Commitment } from "@tributary/protocol/demand";
import { INDEX, RECEIPT } from "@tributary/protocol/kinds";
import type { Abi, Hash } from "viem";
import type { DataSource } from "./committed-data.ts";
import { functionOf } from "./endings.ts";
import type { KeptLogOf, LogBook } from "./log-book.ts";

/** The end of an input; amounts in base units, 0 where there is no bond: stake is slashed apart from it. */
export interface InputEnding {
  readonly function: string;
  readonly tx: Hash;
  readonly block: bigint;
  readonly gas: bigint;
  readonly reward: bigint;
  readonly burned: bigint;
}

type EndingLog = KeptLogOf<"IndexEnded" | "SketchesEnded" | "SettlementVoided">;

const COURTS: readonly Abi[] = [indexProofsAbi, settlementProofsAbi, demandsAbi];

/** What became of an input that is not live any more; `undefined` if nobody ended it. */
export async function readInputEnding(
  { reader, logs }: DataSource,
  commitment: Commitment,
): Promise<InputEnding | undefined> {
  const log = endingOf(logs, commitment);
  if (log === undefined) return undefined;
  const { transactionHash: hash } = log;
  const [receipt, { input }] = await Promise.all([
    reader.getTransactionReceipt({ hash }),
    reader.getTransaction({ hash }),
  ]);
  const { reward, burned } = log.eventName === "IndexEnded" ? log.args : { reward: 0n, burned: 0n };
  return {
    function: functionOf(COURTS, input),
    tx: hash,
    block: log.blockNumber,
    gas: receipt.gasUsed,
    reward,
    burned,
  };
}

/** Sketches end with their settlement too. */
function endingOf(logs: LogBook, { kind, id, sub }: Commitment): EndingLog | undefined {
  if (kind === INDEX) return logs.last("IndexEnded", ({ args }) => args.version === id && args.sub === sub);
  const voided = logs.last("SettlementVoided", ({ args }) => args.settlement === id);
  if (kind === RECEIPT) return voided;
  return logs.last("SketchesEnded", ({ args }) => args.settlement === id && args.sub === sub) ?? voided;
}
