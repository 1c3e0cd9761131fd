// Openings out of folders of published bundles, which the engine's command opens.
import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Hex } from "viem";
import type { OpenedCall } from "@tributary/protocol/attribution-opening";
import type { LeafJson } from "@tributary/protocol/opened-leaf";
import { printable } from "@tributary/protocol/printable";
import { UserError } from "../errors.ts";
import { NotKept } from "./not-kept.ts";
import type { OpeningSource } from "./source.ts";

const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));

interface AnswerLine {
  id: number;
  answer?: unknown;
  failure?: { code: string; message: string };
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** @throws UserError if a folder is none */
export function openBundles(folders: readonly string[]): OpeningSource {
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new UserError(`--bundles ${folder}: there is no such folder`);
  const waiting = new Map<number, Waiting>();
  let process: ChildProcess | undefined;
  let asked = 0;

  function ask<Answer>(question: Readonly<Record<string, unknown>> & { ask: string }): Promise<Answer> {
    process ??= start();
    const id = ++asked;
    process.stdin!.write(`${JSON.stringify({ id, ...question })}\n`);
    return new Promise((resolve, reject) => waiting.set(id, { resolve: resolve as Waiting["resolve"], reject }));
  }

  function start(): ChildProcess {
    const args = ["serve-openings", ...folders.map((folder) => `--bundles=${folder}`)];
    const child = spawn(globalThis.process.execPath, [ENGINE, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    child.on("close", (code) => {
      for (const { reject } of waiting.values())
        reject(new UserError(`the engine's serve-openings ended with code ${code}: ${said.trimEnd()}`, 1));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id, answer, failure } = JSON.parse(line) as AnswerLine;
      const { resolve, reject } = waiting.get(id)!;
      waiting.delete(id);
      if (failure === undefined) resolve(answer);
      else {
        const refusal = `${printable(failure.message)} (looked in ${folders.map(printable).join(", ")}): name the folder that has it with --bundles, or an indexer with --indexer`;
        reject(failure.code === "missing" ? new NotKept(refusal) : new UserError(refusal, 1));
      }
    });
    return child;
  }

  const payout: OpeningSource["payout"] = async ({ bundleHash: bundle }, position) =>
    (await ask<{ leaf: LeafJson }>({ ask: "payout", bundle, position: Number(position) })).leaf;

  return {
    payout,
    claim: payout,
    async call(epochs, receipt) {
      const missing: { epoch: bigint; why: string }[] = [];
      for (const { epoch, bundleHash } of epochs.toReversed()) {
        let bundle: Hex | null;
        try {
          ({ bundle } = await ask<{ bundle: Hex | null }>({ ask: "whereabouts", bundles: [bundleHash], receipt }));
        } catch (error) {
          // Another epoch's may have the call.
          if (!(error instanceof NotKept)) throw error;
          missing.push({ epoch, why: error.message });
          continue;
        }
        if (bundle === null) continue;
        const found = await ask<{ settlement: string; opened: OpenedCall }>({ ask: "call", bundle, receipt });
        return { settlement: BigInt(found.settlement), opened: found.opened };
      }
      const [newest] = missing;
      if (newest !== undefined) {
        const epochs = missing.map(({ epoch }) => epoch).toReversed();
        throw new NotKept(
          `no bundle that is there has a call with the receipt ${receipt}, and of these final epochs there is none, or not the table of its calls: ${epochs.join(", ")}; of epoch ${newest.epoch}, ${newest.why}`,
        );
      }
      return undefined;
    },
    async payers({ bundleHash: bundle }, position, most) {
      const asked = { ask: "payers", bundle, position: Number(position), most };
      const { total, calls } = await ask<{ total: number; calls: { receipt: Hex; paid: string }[] }>(asked);
      return { total, calls: calls.map(({ receipt, paid }) => ({ receipt, paid: BigInt(paid) })) };
    },
    close: () => void process?.stdin?.end(),
  };
}
