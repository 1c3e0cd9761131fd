// Attributors sketch the calls of the settlements, sign, and commit.
import type { SketchesResult } from "./engine-results.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { waitForRoomInEpoch, type ClosedSettlement } from "./settlement.ts";
import type { Steps } from "./steps.ts";

/** Time that both settlements need from closing to committed sketches, generously: they should share an epoch. */
const SECONDS_FOR_SETTLEMENTS = 8;

export interface Attested {
  readonly chain: LocalChain;
  readonly deployment: Deployment;
  readonly settlements: readonly ClosedSettlement[];
  /** Node, deployment file and model version, for the engine's stages. */
  readonly versionArgs: readonly string[];
}

export async function attest(steps: Steps, { chain, deployment, settlements, versionArgs }: Attested): Promise<void> {
  const argsOf = ({ id }: ClosedSettlement): string[] => [...versionArgs, "--settlement", String(id)];
  for (const settlement of settlements) {
    await steps.engine(
      "sketch-calls",
      `sketch the calls of settlement ${settlement.id}`,
      argsOf(settlement),
      (r: SketchesResult) => `${r.root.sum} sketches, signed`,
      "attributorA",
    );
    await steps.engine(
      "attest",
      "second attributor sketches too",
      // Another number of workers: it must not matter.
      [...argsOf(settlement), "--workers", "1"],
      () => "same bytes, signed",
      "attributorB",
    );
  }
  await steps.wait("room in an epoch for both", (tick) =>
    waitForRoomInEpoch(chain, deployment, SECONDS_FOR_SETTLEMENTS, tick),
  );
  for (const settlement of settlements) {
    await steps.engine(
      "commit-sketches",
      `commit the sketches of settlement ${settlement.id}`,
      argsOf(settlement),
      () => "quorum reached",
      "attributorA",
    );
  }
}
