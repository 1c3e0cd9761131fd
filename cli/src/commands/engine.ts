// tributary index build | commit, attribute, propose, watch: the engine's stages and services.
import type { Command } from "commander";
import { passThrough, service, stage } from "./pass-through.ts";

const WORKERS = ["--workers <number>", "worker threads; they change no byte of any result"] as const;
const EPOCH = ["--epoch <number>", "number of the epoch"] as const;
const VERSION = ["--version <number>", "number of the model version"] as const;
const SPREAD = [
  ["--queue <url>", "Redis or Valkey server by which work is spread over machines", "TRIBUTARY_QUEUE"],
  ["--store <place>", "what those machines share: a folder or an S3 bucket"],
] as const;
const SEARCH = [
  ["--search <backend>", "what searches: auto, wasm, native …"],
  ["--memory <MiB>", "sketches that the search holds at a time"],
] as const;

export function indexCommands(program: Command): void {
  const index = program.command("index").description("the attribution index of a model version");
  const built = [VERSION, WORKERS, ...SPREAD] as const;
  const build = stage("build", "index", "build and publish the index of sketched records, and commit nothing", built);
  passThrough(index, { ...build, runs: [...build.runs, "--build-only"] });
  passThrough(index, {
    ...stage(
      "commit",
      "index",
      "build it where that is not done, publish it and commit its root under the bond",
      built,
    ),
    signs: true,
  });
}

export function engineCommands(program: Command): void {
  passThrough(
    program,
    stage("attribute", "attribute", "compute an epoch (map, shuffle, reduce) and publish it", [
      ...[EPOCH, WORKERS, ...SPREAD, ...SEARCH],
    ]),
  );
  passThrough(program, {
    ...stage("propose", "propose", "propose the published result of an epoch under the ledger's bond", [EPOCH]),
    signs: true,
  });
  passThrough(program, {
    ...service("watch", "check every proposal on a chain, and end those that are wrong", [
      ["--bundles <place...>", "folder or http(s) address of published bundles"],
      ["--contents <folder...>", "folder with record hashes of contributions, a file each"],
      ["--work-dir <folder>", "for what is on its way, and fetched bundles"],
      ["--once", "end when everything pending is checked and ended"],
      ["--answer", "answer demands too"],
      ["--reserve", "reserve the reward of a proof before sending it"],
      ["--dry-run", "only say what would be sent"],
      ["--grace-seconds <seconds>", "how long inputs may be unpublished until they are demanded"],
      ["--most-input-demands <number>", "deposits to spend at most on demanding one of them"],
      ["--from-block <number>", "first block whose events are read"],
      ["--confirmations <blocks>", "blocks after which a transaction counts"],
      ["--max-fee-gwei <number>", "most to offer per gas"],
      ["--stuck-seconds <seconds>", "wait for a block until a transaction is replaced"],
      ["--poll-seconds <seconds>", "between looks at the chain"],
      ["--metrics-port <port>", "serve /metrics for Prometheus"],
      ["--metrics-host <host>", "where to"],
      WORKERS,
    ]),
    signs: true,
  });
}
