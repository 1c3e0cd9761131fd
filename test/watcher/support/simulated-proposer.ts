// SIMULATES a dishonest proposer that publishes nothing, and shows only what is demanded, if anything.
import { decodeDemand } from "@tributary/protocol/demand";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { AttributedEpoch } from "../../../attribution-engine/src/attribution/epoch.ts";
import { epochTrees } from "../../../attribution-engine/src/watcher/nested-trees.ts";
import {
  type BuiltProposal,
  buildProposal,
  plainProposal,
} from "../../../attribution-engine/src/watcher/test/plain-proposal.ts";
import { simulateAnswer } from "../../../attribution-engine/src/watcher/test/simulated-answerer.ts";
import type { Scene } from "./scene.ts";

/** All nodes of an epoch's trees, so that demands for them can be answered. */
export function unpublished({ drawn }: Scene, epoch: AttributedEpoch): BuiltProposal {
  return buildProposal(plainProposal({ ...drawn.honest, ...epochTrees(epoch) }));
}

/** Answers every demand that is open and has an answer, and those that follow, until it is stopped. @returns how to stop it; it gives the number of answers */
export function answerAll(
  { stage }: { stage: Pick<Scene["stage"], "demands" | "proposer"> },
  { store }: Pick<BuiltProposal, "store">,
): () => Promise<number> {
  const { demands, proposer } = stage;
  let isStopped = false;
  let answered = 0;
  const work = (async () => {
    for (let id = 1n; !isStopped;) {
      const [made] = await demands.queryFilter(demands.filters.Demanded(id));
      if (made === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const { demand, node } = made.args;
      const wanted = { ...decodeDemand(hexToBytes(demand as `0x${string}`)), parents: [], opening: new Uint8Array() };
      const answer = simulateAnswer(store, {
        ...wanted,
        node: { hash: hexToBytes(node.hash as `0x${string}`), sum: node.sum },
      });
      id++;
      if (answer === undefined) continue;
      const sent = await demands.connect(proposer).answer(id - 1n, bytesToHex(answer));
      await sent.wait();
      answered++;
    }
    return answered;
  })();
  return () => {
    isStopped = true;
    return work;
  };
}
