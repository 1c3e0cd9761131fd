// Backfill: the same events of the same chain, indexed from nothing by Ponder into both of its databases, and by its peer.
import { join } from "node:path";
import { startPostgres } from "../../../gateway/src/testing/postgres.ts";
import { startAnvil } from "../../../deploy/testing/anvil.ts";
import type { StopList } from "../stop-list.ts";
import { emitEvents, secondsOf } from "./event-chain.ts";
import { type Run, runPonder } from "./ponder-run.ts";
import { preparePeer, runSubsquid } from "./subsquid-run.ts";
import { differences, eventsIn } from "./tables.ts";

export const PEER = "Subsquid evm-processor 1.27.3";

export interface BackfillFigures {
  events: number;
  postgresSeconds: number;
  pgliteSeconds: number;
  peerSeconds: number | null;
  /** Why the peer was not measured. */
  peerMissing: string | null;
}

/** Throws if an indexer's tables hold something else than another one's. */
export async function measureBackfill(
  events: number,
  peers: string | undefined,
  folder: string,
  stops: StopList,
  say: (text: string) => void,
): Promise<BackfillFigures> {
  let peerMissing = peers === undefined ? "not asked for: --peers names no folder" : null;
  if (peers !== undefined) {
    try {
      preparePeer(peers, say);
    } catch (error) {
      peerMissing = (error as Error).message;
    }
  }
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error("PostgreSQL is not installed (Debian's package postgresql)");
  stops.add(() => postgres.stop());
  const chain = await startAnvil(Math.ceil(secondsOf(events)));
  stops.add(() => chain.stop());
  const source = await emitEvents(chain, events, (done) => {
    say(`emitting events: ${done} of ${events}`);
  });
  say("Ponder into PostgreSQL");
  const own = await runPonder(chain.rpcUrl, source, join(folder, "postgres"), await postgres.database(), stops);
  check("Ponder", own, own, events);
  let peer: Run | undefined;
  if (peers !== undefined && peerMissing === null) {
    say(`${PEER} into PostgreSQL`);
    peer = await runSubsquid(chain.rpcUrl, source, peers, join(folder, "peer"), await postgres.database(), stops);
    check(PEER, peer, own, events);
  }
  say("Ponder into PGlite");
  const embedded = await runPonder(chain.rpcUrl, source, join(folder, "pglite"), undefined, stops);
  check("Ponder with PGlite", embedded, own, events);
  await stops.stop();
  return {
    events,
    postgresSeconds: own.seconds,
    pgliteSeconds: embedded.seconds,
    peerSeconds: peer?.seconds ?? null,
    peerMissing,
  };
}

function check(name: string, run: Run, reference: Run, events: number): void {
  const indexed = eventsIn(run.contents);
  if (indexed !== events) throw new Error(`${name} indexed ${indexed} of ${events} events`);
  const differing = differences(run.contents, reference.contents);
  if (differing.length > 0) throw new Error(`${name} has other rows in ${differing.join(", ")}`);
}
