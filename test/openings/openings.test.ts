// The indexer's openings against a real node and the real ledger: what is served verifies, and what does not is refused.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  type AttributionRoots,
  type LeafJson,
  type OpenedCall,
  verifyLeafJson,
  verifyOpenedCall,
} from "@tributary/protocol/attribution-opening";
import { bundleHash, decodeManifest, encodeManifest } from "@tributary/protocol/bundle-manifest";
import { PAYOUT } from "@tributary/protocol/kinds";
import { type Hex, zeroHash } from "viem";
import { noOpenings } from "../../indexer/openings/app.ts";
import { CallVerifier } from "../../indexer/openings/call-verifier.ts";
import { DeskProcess } from "../../indexer/openings/desk-process.ts";
import { openingsWith, startOpenings } from "../../indexer/openings/start-openings.ts";
import { rootsOf, stolenEpoch, useScene } from "../watcher/support/scene.ts";
import { type Answer, useServed } from "./support/served.ts";

describe("openings", function () {
  this.timeout(120_000);
  const scene = useScene(1, true);
  const { served, options, get, refused, tamper, finalise, receipts } = useServed(scene);

  /** The positions that were paid in the epoch, with what they were ever attributed. */
  function paid(): [position: number, cumulative: bigint][] {
    const { payouts, payoutsTree } = scene().honest;
    return Array.from(payouts.positions, (position) => [position, payoutsTree.node(PAYOUT.depth, position).sum]);
  }

  it("serve every position's claim, by the newest final payouts", async () => {
    await finalise();
    const root = await scene().stage.ledger.payoutsRoot();
    for (const [position, cumulative] of paid()) {
      const { status, body, headers } = await get(`/openings/claim/${position}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(headers.get("access-control-allow-origin")).to.equal("*");
      expect(body.root).to.deep.equal({ hash: root.hash, sum: String(root.sum) });
      expect(body.claim).to.include({ position: String(position), cumulative: String(cumulative) });
      const leaf = body.leaf as LeafJson;
      const shown = verifyLeafJson(PAYOUT, { hash: root.hash as Hex, sum: root.sum }, leaf, "payout");
      expect([shown.place, shown.sum]).to.deep.equal([position, cumulative]);
    }
  });

  it("serve every call, from the roots of its settlement, its index and its epoch", async () => {
    const hash = await finalise();
    for (const receipt of receipts()) {
      const { status, body, headers } = await get(`/openings/call/${receipt}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body).to.include({ id: receipt, bundle: hash, epoch: String(scene().drawn.honest.inputs.epoch) });
      expect(headers.get("cache-control")).to.equal("no-cache");
      const verified = verifyOpenedCall(body.opened as OpenedCall, receipt, rootsIn(body));
      const told = body.call as { amount: string; records: { s: string }[] };
      expect(told.amount).to.equal(String(verified.amount));
      expect(told.records.map(({ s }) => s)).to.deep.equal(verified.records.map(({ s }) => String(s)));
    }
    expect(receipts()).not.to.be.empty;
  });

  it("serve what was final before, until the next epoch is", async () => {
    const [position, cumulative] = scene().drawn.plain.previous[0]!;
    const { body } = await get(`/openings/claim/${position}`);
    expect(body.claim.cumulative).to.equal(String(cumulative));
    expect(body.epoch).to.equal(Number(scene().drawn.honest.inputs.epoch) - 1);
    await scene().propose(rootsOf(scene().honest), await scene().publish(scene().honest));
    await refused(`/openings/call/${receipts()[0]}`, 404, "call_not_found");
    await refused(`/openings/epoch/${scene().drawn.honest.inputs.epoch}`, 404, "epoch_not_final");
  });

  it("show that nothing was attributed to a position that has no payout", async () => {
    await finalise();
    const known = new Set(paid().map(([position]) => position));
    const free = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].find((position) => !known.has(position))!;
    const { status, body } = await get(`/openings/claim/${free}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.claim).to.deep.equal({
      ...{ position: String(free), cumulative: "0", payloadHash: `0x${"00".repeat(32)}`, opening: "0x" },
    });
    expect(body.leaf).to.include({ key: free, sum: "0", payload: "0x" });
  });

  it("serve what a position earned in an epoch, and the calls that paid it", async () => {
    await finalise();
    const { epoch } = scene().drawn.honest.inputs;
    const before = new Map(scene().drawn.plain.previous);
    let paidByCalls = 0;
    for (const [position, cumulative] of paid()) {
      const { status, body } = await get(`/openings/position/${position}/epoch/${epoch}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.cumulative).to.equal(String(cumulative));
      expect(BigInt(body.earned)).to.equal(cumulative - (before.get(BigInt(position)) ?? 0n));
      expect(body.before.leaf.sum).to.equal(String(before.get(BigInt(position)) ?? 0n));
      const parts = body.calls.shown.map(({ paid: part }: { paid: string }) => BigInt(part)) as bigint[];
      expect(parts).to.deep.equal(parts.toSorted((a, b) => (a < b ? 1 : -1)));
      expect(parts.reduce((sum, part) => sum + part, 0n) <= BigInt(body.earned)).to.equal(true);
      paidByCalls += parts.length;
    }
    expect(paidByCalls).to.be.above(0);
  });

  it("say that nothing was final before an epoch only where the chain does, whatever its bundle says", async () => {
    const hash = await finalise();
    const { epoch } = scene().drawn.honest.inputs;
    const [[position, cumulative]] = scene().drawn.plain.previous as [[bigint, bigint]];
    const manifest = decodeManifest(readFileSync(join(served.bundles, hash, "manifest.json")), "epoch");
    const { sum } = manifest.previousPayouts;
    const forged = encodeManifest({ ...manifest, previousPayouts: { hash: zeroHash, sum } });
    const name = bundleHash(forged);
    renameSync(join(served.bundles, hash), join(served.bundles, name));
    writeFileSync(join(served.bundles, name, "manifest.json"), forged);
    const { status, body } = await get(`/openings/position/${position}/epoch/${epoch}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect([body.bundle, body.before.leaf.sum]).to.deep.equal([name, String(cumulative)]);
  });

  it("are asked for again each time, and sent again only where they are not the same", async () => {
    const hash = await finalise();
    const { epoch } = scene().drawn.honest.inputs;
    const [[position]] = paid() as [[number, bigint]];
    const path = `/openings/position/${position}/epoch/${epoch}`;
    const ask = (tag: string) => served.running.app.request(path, { headers: { "if-none-match": tag } });
    const previous = readdirSync(served.bundles).filter((name) => {
      const file = join(served.bundles, name, "manifest.json");
      return name !== hash && existsSync(file) && readFileSync(file, "utf8").includes("previousPayouts");
    });
    expect(previous).not.to.be.empty;
    for (const name of previous) renameSync(join(served.bundles, name), join(scene().folder, `away-${name}`));
    const lacking = await get(path);
    expect([lacking.status, lacking.body.before]).to.deep.equal([200, "not_kept"]);
    expect(lacking.headers.get("cache-control")).to.equal("no-cache");
    const tag = lacking.headers.get("etag")!;
    expect(tag).to.match(/^"[0-9a-f]{64}"$/);

    const same = await ask(tag);
    expect([same.status, await same.text()]).to.deep.equal([304, ""]);
    expect(same.headers.get("etag")).to.equal(tag);
    expect(same.headers.get("cache-control")).to.equal("no-cache");
    expect(same.headers.get("access-control-allow-origin"), "a browser's page may read it").to.equal("*");

    for (const name of previous) renameSync(join(scene().folder, `away-${name}`), join(served.bundles, name));
    const other = await ask(tag);
    expect(other.status).to.equal(200);
    expect(((await other.json()) as { before: unknown }).before).not.to.equal(null);
    expect(other.headers.get("etag")).not.to.equal(tag);
  });

  it("serve what is published of an epoch, compared with the chain", async () => {
    const hash = await finalise();
    const { epoch } = scene().drawn.honest.inputs;
    const { body } = await get(`/openings/epoch/${epoch}`);
    expect(body).to.include({ bundle: hash, proposed: hash, epoch: String(epoch) });
    const manifest = JSON.parse(readFileSync(join(served.bundles, hash, "manifest.json"), "utf8")) as {
      files: unknown;
    };
    expect(body.files).to.deep.equal(manifest.files);
    tamper(hash, "sketches.parquet");
    await refused(`/openings/epoch/${epoch}`, 502, "bundle_damaged", /sketches\.parquet has the SHA-256/);
  });

  it("say of unknown ids that there are none, and of no ids what they look like", async () => {
    await finalise();
    await refused("/openings/claim/999999", 404, "unknown_position");
    await refused("/openings/claim/0", 404, "unknown_position");
    await refused("/openings/claim/-1", 400, "invalid_id");
    await refused(`/openings/claim/${2n ** 64n}`, 400, "invalid_id");
    await refused("/openings/claim/1?ledger=0x12", 400, "invalid_id");
    await refused(`/openings/claim/1?ledger=0x${"12".repeat(20)}`, 404, "unknown_ledger");
    await refused(`/openings/call/0x${"12".repeat(32)}`, 404, "call_not_found");
    await refused(`/openings/call/0x${"00".repeat(32)}`, 404, "call_not_found");
    await refused(`/openings/call/${receipts()[0]}?epoch=77`, 404, "call_not_found", /under number 77/);
    await refused("/openings/call/7", 400, "invalid_id");
    await refused("/openings/epoch/77", 404, "epoch_not_final");
    await refused("/openings/epoch/one", 400, "invalid_id");
    await refused("/openings/position/1/epoch/77", 404, "epoch_not_final");
    await refused("/openings/anything", 404, "unknown_route");
    expect(served.told).to.deep.equal([]);
  });

  it("are asked for by GET or HEAD alone: any other method is told so, with 405 and those that there are", async () => {
    for (const app of [served.running.app, noOpenings()])
      for (const path of ["/openings/claim/1", "/openings/anything"]) {
        for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
          const answered = await app.request(path, { method });
          const { error } = (await answered.json()) as { error: { code: string } };
          expect([answered.status, answered.headers.get("allow"), error.code], method).to.deep.equal([
            ...[405, "GET, HEAD", "method_not_allowed"],
          ]);
        }
        expect((await app.request(path, { method: "HEAD" })).status).to.equal((await app.request(path)).status);
      }
    expect(served.told).to.deep.equal([]);
  });

  it("refuse a bundle from the moment on that one of its bytes is another", async () => {
    const hash = await finalise();
    const [[position]] = paid() as [[number, bigint]];
    const asked = [`/openings/claim/${position}`, `/openings/call/${receipts()[0]}`];
    for (const path of asked) expect((await get(path)).status, path).to.equal(200);
    const kept = readFileSync(join(served.bundles, hash, "payouts.parquet"));
    tamper(hash, "payouts.parquet");
    for (const path of asked) await refused(path, 502, "bundle_damaged", /payouts\.parquet has the SHA-256/);
    expect(served.told.length).to.be.above(1);
    writeFileSync(join(served.bundles, hash, "payouts.parquet"), kept);
    for (const path of asked) expect((await get(path)).status, path).to.equal(200);
    tamper(hash, "manifest.json");
    await refused(asked[0]!, 404, "bundle_not_kept");
    rmSync(join(served.bundles, hash), { recursive: true });
    await refused(asked[0]!, 404, "bundle_not_kept");
  });

  it("serve again out of a backup that was put back, and nothing out of one that was damaged", async () => {
    const hash = await finalise();
    const [[position]] = paid() as [[number, bigint]];
    const asked = [`/openings/claim/${position}`, `/openings/call/${receipts()[0]}`];
    const before = [await get(asked[0]!), await get(asked[1]!)].map(({ body }) => body as unknown);
    const [backup, damaged] = [join(scene().folder, "bundles.tar"), join(scene().folder, "damaged.tar")];
    execFileSync("tar", ["-C", served.bundles, "-cf", backup, "."]);
    tamper(hash, "payouts.parquet");
    execFileSync("tar", ["-C", served.bundles, "-cf", damaged, "."]);
    rmSync(served.bundles, { recursive: true });
    await refused(asked[0]!, 404, "bundle_not_kept");
    await refused(asked[1]!, 404, "call_not_found", /no final epoch that is kept here/);
    const restore = async (archive: string): Promise<void> => {
      await served.running.stop();
      rmSync(served.bundles, { recursive: true, force: true });
      mkdirSync(served.bundles);
      execFileSync("tar", ["-C", served.bundles, "-xf", archive]);
      served.running = startOpenings(options());
    };
    await restore(damaged);
    for (const path of asked) await refused(path, 502, "bundle_damaged", /payouts\.parquet has the SHA-256/);
    await restore(backup);
    for (const [place, path] of asked.entries()) expect((await get(path)).body).to.deep.equal(before[place]);
  });

  it("serve nothing of a bundle that has other roots than the chain, whatever its manifest says", async () => {
    const hash = await finalise();
    const stolen = await scene().publish(await stolenEpoch(scene()));
    const [[position]] = paid() as [[number, bigint]];
    const { epoch } = scene().drawn.honest.inputs;
    renameSync(join(served.bundles, hash), join(scene().folder, "away"));
    cpSync(join(scene().bundles, stolen), join(served.bundles, stolen), { recursive: true });
    await refused(`/openings/claim/${position}`, 404, "bundle_not_kept", /which the chain says are the newest/);
    await refused(`/openings/epoch/${epoch}`, 404, "bundle_not_kept", /1 here for this epoch have other roots/);
    const honest = decodeManifest(readFileSync(join(scene().folder, "away", "manifest.json")), "epoch");
    const { files } = decodeManifest(readFileSync(join(served.bundles, stolen, "manifest.json")), "epoch");
    const forged = encodeManifest({ ...honest, files });
    writeFileSync(join(served.bundles, stolen, "manifest.json"), forged);
    renameSync(join(served.bundles, stolen), join(served.bundles, bundleHash(forged)));
    await refused(`/openings/claim/${position}`, 502, "bundle_damaged", /the manifest says/);
    await refused(`/openings/call/${receipts()[0]}`, 502, "bundle_damaged", /the manifest says/);
    await refused(`/openings/epoch/${epoch}`, 502, "bundle_damaged", /the manifest says/);
    // Beside it, a right one is found.
    renameSync(join(scene().folder, "away"), join(served.bundles, hash));
    expect((await get(`/openings/claim/${position}`)).status).to.equal(200);
  });

  it("say of a call in a final epoch that is not kept that it cannot be looked for, not that there is none", async () => {
    const hash = await finalise();
    const { epoch } = scene().drawn.honest.inputs;
    const path = `/openings/call/${receipts()[0]}?epoch=${epoch}`;
    expect((await get(path)).status).to.equal(200);
    renameSync(join(served.bundles, hash), join(scene().folder, "away-call"));
    await refused(path, 404, "bundle_not_kept", /is final, and no bundle with its roots is here/);
    await refused(`/openings/call/${receipts()[0]}`, 404, "call_not_found", /no final epoch that is kept here/);
  });

  it("verify what the engine opens, and serve nothing of what does not hold", async () => {
    await finalise();
    const [[position]] = paid() as [[number, bigint]];
    const changed = { payout: (leaf: LeafJson) => leaf, call: (opened: OpenedCall) => opened };
    const desk = new DeskProcess(options());
    await served.running.stop();
    const verifier = new CallVerifier();
    served.running = {
      ...{ app: openingsWith(options(), { ask: lie as never }, verifier), processId: undefined },
      stop: () => {
        desk.stop();
        return verifier.stop();
      },
    };
    async function lie(name: "payout" | "call", asked: never): Promise<unknown> {
      const answer = await desk.ask(name, asked);
      if ("leaf" in answer) return { leaf: changed.payout(answer.leaf) };
      return name === "call" ? { ...answer, opened: changed.call(answer.opened!) } : answer;
    }
    expect((await get(`/openings/claim/${position}`)).status).to.equal(200);
    const more = (leaf: LeafJson): LeafJson => ({ ...leaf, sum: String(BigInt(leaf.sum) + 1n) });
    const refusals: ((leaf: LeafJson) => LeafJson)[] = [
      more,
      (leaf) => ({ ...leaf, key: leaf.key + 1 }),
      (leaf) => ({ ...leaf, sum: "0", payload: "0x" }),
      (leaf) => ({
        ...leaf,
        opening: leaf.opening.endsWith("0")
          ? (leaf.opening.replace(/.$/, "1") as Hex)
          : (leaf.opening.replace(/.$/, "0") as Hex),
      }),
    ];
    for (const change of refusals) {
      changed.payout = change;
      await refused(`/openings/claim/${position}`, 502, "opening_does_not_verify");
    }
    changed.call = (opened) => ({ ...opened, trace: more(opened.trace) });
    await refused(`/openings/call/${receipts()[0]}`, 502, "opening_does_not_verify", /trace: .* root on chain/);
    changed.call = (opened) => ({ ...opened, records: opened.records.slice(1) });
    const listed = receipts()[scene().honest.groups[0]!.mapped.lists.counts.findIndex((count) => count > 0) >> 1];
    await refused(`/openings/call/${listed}`, 502, "opening_does_not_verify", /entry 0: its place on the list/);
  });

  it("serve nothing while the chain cannot be asked, and say nothing of the node's address but its origin", async () => {
    await served.running.stop();
    served.running = startOpenings({ ...options(), rpcUrl: "http://127.0.0.1:1/secret-key" });
    await refused("/openings/claim/1", 502, "opening_failed");
    expect(served.told.join()).not.to.include("secret-key");
    expect(JSON.stringify((await get("/openings/claim/1")).body)).not.to.include("secret-key");
  });

  it("outlive the engine's process, and give up what takes too long or is too much", async () => {
    await finalise();
    const [[position]] = paid() as [[number, bigint]];
    const path = `/openings/claim/${position}`;
    expect((await get(path)).status).to.equal(200);
    process.kill(served.running.processId!, "SIGKILL");
    const { status } = await get(path);
    expect([200, 502]).to.include(status);
    expect((await get(path)).status).to.equal(200);
    await served.running.stop();
    served.running = startOpenings({ ...options(), answerMilliseconds: 1 });
    await refused(path, 504, "opening_too_slow");
    await served.running.stop();
    served.running = startOpenings({ ...options(), mostWaiting: 1 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(path)));
    expect(answers.map((each) => each.status)).to.include.members([200, 503]);
    expect(answers.find((each) => each.status === 503)!.headers.get("retry-after")).to.equal("5");
  });
});

function rootsIn({ roots }: Answer["body"]): AttributionRoots {
  return JSON.parse(JSON.stringify(roots), (key, value: unknown) =>
    ["sum", "pool", "groupPool"].includes(key) ? BigInt(value as string) : value,
  ) as AttributionRoots;
}
