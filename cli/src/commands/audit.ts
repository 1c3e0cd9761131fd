// tributary audit <epoch>
import type { Command } from "commander";
import { passThrough, service } from "./pass-through.ts";

export function auditCommand(program: Command): void {
  const audit = service(
    "audit-epoch",
    "rebuild an epoch from the chain and published bundles alone, and say in one line whether it is right",
    [
      ["--bundles <place...>", "folders or http(s) addresses of published bundles"],
      ["--proposal <number>", "number of the proposal; the final one, or the earliest that was not ended, by default"],
      ["--from <epoch>", "judge all final epochs from there on first, a line each"],
      ["--token <symbol>", "the ledger's payment token; OPEN by default"],
      ["--work-dir <folder>", "keep fetched bundles there"],
      ["--workers <number>", "threads that score"],
    ],
  );
  passThrough(program, { ...audit, name: "audit", argument: ["<epoch>", "number of the epoch", "--epoch"] });
}
