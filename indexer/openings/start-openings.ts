// The openings of one deployment, from its file and the operator's folders.
import { readFileSync } from "node:fs";
import { parseDeployment } from "@tributary/protocol/deployment";
import type { Hono } from "hono";
import { openingsApp } from "./app.ts";
import { CallVerifier } from "./call-verifier.ts";
import { Catalogue } from "./catalogue.ts";
import { OpeningChain } from "./chain.ts";
import { DeskProcess, type DeskOptions } from "./desk-process.ts";
import { Evidence } from "./evidence.ts";
import { Novelty } from "./novelty.ts";
import { Openings } from "./openings.ts";
import { Quality } from "./quality.ts";
import { Records } from "./records.ts";
import { Use } from "./use.ts";

export interface OpeningsOptions extends DeskOptions {
  readonly rpcUrl: string;
  /** Path of the deployment file. */
  readonly deployment: string;
  /** Folder of contributed records (protocol/src/content-folder.ts). */
  readonly content?: string;
  readonly tell?: (problem: string) => void;
}

export interface RunningOpenings {
  readonly app: Hono;
  /** The engine's process, while it runs. */
  readonly processId: number | undefined;
  /** Ends it, and the thread that verifies. */
  stop(): Promise<void>;
}

export function startOpenings(options: OpeningsOptions): RunningOpenings {
  const desk = new DeskProcess(options);
  const verifier = new CallVerifier();
  return {
    app: openingsWith(options, desk, verifier),
    get processId() {
      return desk.processId;
    },
    stop: () => {
      desk.stop();
      return verifier.stop();
    },
  };
}

/** The same with an engine that runs already; whatever it answers is verified. */
export function openingsWith(
  { rpcUrl, deployment, bundles, content, tell = toStderr }: OpeningsOptions,
  desk: Pick<DeskProcess, "ask">,
  verifier: Pick<CallVerifier, "verify">,
): Hono {
  const { addresses, paymentTokens } = parseDeployment(JSON.parse(readFileSync(deployment, "utf8")), deployment);
  const chain = new OpeningChain(rpcUrl, {
    ledgers: [addresses.RoyaltyLedger, ...paymentTokens.map(({ RoyaltyLedger }) => RoyaltyLedger)],
    modelRegistry: addresses.ModelRegistry,
    datanetRegistry: addresses.DatanetRegistry,
  });
  const catalogue = new Catalogue(bundles);
  const parts = { chain, catalogue, desk };
  const openings = new Openings(parts, verifier);
  return openingsApp({
    chain,
    openings,
    records: new Records(parts, content),
    quality: new Quality(chain, catalogue, bundles),
    novelty: new Novelty(parts),
    use: new Use(parts, openings),
    evidence: new Evidence(parts, openings),
    tell,
  });
}

function toStderr(problem: string): void {
  process.stderr.write(`openings: ${problem}\n`);
}
