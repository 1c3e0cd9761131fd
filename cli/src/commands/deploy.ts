// tributary deploy
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { JSON_OPTION, passThrough } from "./pass-through.ts";

const DEPLOY = fileURLToPath(new URL("../../../deploy/deploy.ts", import.meta.url));

export function deployCommand(program: Command): void {
  passThrough(program, {
    name: "deploy",
    description: "deploy the protocol to a network, rehearse that, or prove what is deployed; run again, it goes on",
    runs: [DEPLOY],
    signs: true,
    options: [
      ["--network <name>", "local, sepolia, base-sepolia, base or optimism"],
      ["--rpc <url>", "JSON-RPC address of the chain", "TRIBUTARY_RPC_URL"],
      ["--dry-run", "rehearse on a fork in this process; sends and writes nothing"],
      ["--prove", "only repeat the proof of the hand-over"],
      ["--at <tag>", "with --prove: latest, safe or finalized state"],
      ["--set <name=value...>", "a parameter, as docs/parameters.md lists them"],
      ["--parameters <file>", "JSON file with parameters"],
      ["--signer <url>", "JSON-RPC signer (Frame, Clef, Web3Signer) that holds the key of --from"],
      ["--from <address>", "the deployer: with --signer, or for a rehearsal without a key"],
      ["--state-dir <path>", "where the state and deployments/<chainId>.json are kept"],
      ["--retry", "begin anew the steps that failed in an earlier run"],
      ["--yes", "do not ask before sending to a network that is not local"],
      JSON_OPTION,
    ],
  });
}
