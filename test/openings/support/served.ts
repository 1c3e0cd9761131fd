// Openings that are served out of a copy of a scene's bundles, started anew for each test.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { expect } from "chai";
import type { Hex } from "viem";
import { type OpeningsOptions, type RunningOpenings, startOpenings } from "../../../indexer/openings/start-openings.ts";
import { rootsOf, type Scene } from "../../watcher/support/scene.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Its shape is what is tested.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** @param scene of `useScene`, which must have been called before */
export function useServed(scene: () => Scene) {
  /** Folder of the bundles that are served, problems that were told, and the openings: a test may stop and start them. */
  const served = { bundles: "", told: [] as string[], running: undefined as unknown as RunningOpenings };

  beforeEach(() => {
    served.bundles = join(scene().folder, "served");
    rmSync(served.bundles, { recursive: true, force: true });
    cpSync(scene().bundles, served.bundles, { recursive: true });
    served.told = [];
    served.running = startOpenings(options());
  });
  afterEach(async () => {
    await served.running.stop();
  });

  function options(): OpeningsOptions {
    return {
      ...{ rpcUrl: scene().chain.rpcUrl, deployment: scene().deployment, bundles: [served.bundles] },
      tell: (problem) => served.told.push(problem),
    };
  }

  async function get(path: string): Promise<Answer> {
    const response = await served.running.app.request(path);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
  }

  async function refused(path: string, status: number, code: string, message?: RegExp): Promise<void> {
    const { status: found, body, headers } = await get(path);
    expect(headers.get("cache-control")).to.equal("no-store");
    expect([found, body.error?.code], JSON.stringify(body).slice(0, 500)).to.deep.equal([status, code]);
    expect(body.error.hint).to.be.a("string").with.length.above(10);
    if (message !== undefined) expect(body.error.message).to.match(message);
    expect(Object.keys(body)).to.deep.equal(["error"]);
  }

  /** Changes a byte in the middle of a published file. */
  function tamper(hash: string, file: string): void {
    const path = join(served.bundles, hash, file);
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path, bytes);
  }

  /** Publishes and proposes an epoch, and makes it final. @returns the bundle's hash */
  async function finalise(epoch = scene().honest): Promise<string> {
    const { stage, drawn } = scene();
    const hash = await scene().publish(epoch);
    await scene().propose(rootsOf(epoch), hash);
    await stage.networkHelpers.time.increase(stage.terms.challengeWindowSeconds + 1n);
    await (await stage.ledger.finalize(drawn.honest.inputs.epoch)).wait();
    cpSync(join(scene().bundles, hash), join(served.bundles, hash), { recursive: true });
    return hash;
  }

  /** Hashes of the receipts of all calls of the epoch. */
  function receipts(): Hex[] {
    return scene().honest.groups.flatMap(({ mapped }) =>
      Array.from({ length: mapped.calls }, (_, i) => bytesToHex(mapped.receiptHashes.subarray(32 * i, 32 * i + 32))),
    );
  }

  return { served, options, get, refused, tamper, finalise, receipts };
}
