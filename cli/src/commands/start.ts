// tributary start: the main job.
import { randomInt } from "node:crypto";
import { type FaultName, FAULTS } from "@tributary/protocol/proofs/faults";
import { type Command, Option } from "commander";
import { wholeNumber } from "../amounts.ts";
import { Ended, UserError } from "../errors.ts";
import type { StartOptions } from "../start/start.ts";

interface StartFlags {
  once: boolean;
  json: boolean;
  workDir: string;
  rpcPort: number;
  graphqlPort: number;
  gatewayPort: number;
  dashboardPort: number;
  records: number;
  calls: number;
  leaveOut: number;
  unclaimed?: number;
  dishonest?: FaultName | "all" | true;
  seed?: number;
  watcher: boolean;
}

const EXIT_CHECK_FAILED = 1;
const EXIT_INTERRUPTED = 130;

const port = wholeNumber(0, 65_535);

export function startCommand(program: Command): void {
  program
    .command("start")
    .description("run one epoch of the whole system on this machine: chain, training, paid calls, attribution, claims")
    .option("--once", "exit when done: 0 only if every check held", false)
    .option("--json", "print one JSON object as the last line of output", false)
    .option("--work-dir <folder>", "where everything is kept; emptied at each start", ".tributary")
    .option("--rpc-port <port>", "port of the local chain, 0 picks a free one", port, 8545)
    .option("--graphql-port <port>", "port of the GraphQL API, 0 picks a free one", port, 42069)
    .option("--gateway-port <port>", "port of the gateway that sells the model's calls, 0 picks a free one", port, 8402)
    .option(
      "--dashboard-port <port>",
      "port of the dashboard, which is not served with --once; 0 picks a free one",
      port,
      4173,
    )
    .option("--records <number>", "training records", wholeNumber(1_000, 6_000), 6_000)
    .option("--calls <number>", "paid calls", wholeNumber(2, 330), 320)
    .option("--leave-out <number>", "speakers that the check by retraining leaves out", wholeNumber(2, 50), 8)
    .option(
      "--unclaimed <number>",
      "contributors whose claims are left to their wallets; 1 by default, the one that earned most, and none with --once",
      wholeNumber(0, 40),
    )
    .addOption(
      new Option(
        "--dishonest [fault]",
        "a SIMULATED dishonest proposer is first, with a result of this fault, of one that the seed draws, or of each",
      ).choices([...FAULTS, "all"]),
    )
    .option("--seed <number>", "what draws the dishonest proposer's lies; drawn itself by default", wholeNumber(0, 1e6))
    .option("--no-watcher", "with --dishonest: shows what happens where nobody watches; ends with 1")
    .action(async ({ dishonest, seed, watcher: isWatched, ...flags }: StartFlags) => {
      if (!isWatched && dishonest === undefined)
        throw new UserError("--no-watcher is for --dishonest: without it there is nothing to be found");
      const ended = new Promise<void>((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
      });
      // All that it works with is loaded when it is called: the other commands start in half the time.
      const [{ runMainJob }, { printReport, summaryOf }, { dishonestyOf }] = await Promise.all([
        import("../start/start.ts"),
        import("../start/report.ts"),
        import("../start/simulated-liar.ts"),
      ]);
      const dishonesty = dishonest && dishonestyOf(dishonest, seed ?? randomInt(1e6));
      const dashboardPort = flags.once ? undefined : flags.dashboardPort;
      const unclaimed = flags.unclaimed ?? (flags.once ? 0 : 1);
      const options: StartOptions = { ...flags, unclaimed, dashboardPort, dishonesty, isWatched };
      const system = await Promise.race([runMainJob(options), ended.then(() => "ended" as const)]);
      if (system === "ended") {
        process.stderr.write("\nEnded before it was done; the next start begins anew.\n");
        throw new Ended(EXIT_INTERRUPTED);
      }
      const { outcome } = system;
      printReport(outcome, process.stdout);
      if (!flags.once) {
        process.stdout.write(
          `\nGraphQL API: ${outcome.graphqlUrl}   Gateway: ${outcome.gatewayUrl}   (chain: ${outcome.rpcUrl})\n` +
            `Dashboard: ${outcome.dashboardUrl}   Ctrl-C ends all.\n`,
        );
        if (flags.json) process.stdout.write(`${JSON.stringify(summaryOf(outcome))}\n`);
        await ended;
      }
      await system.stop();
      if (flags.once && flags.json) process.stdout.write(`${JSON.stringify(summaryOf(outcome))}\n`);
      throw new Ended(outcome.ok ? 0 : EXIT_CHECK_FAILED);
    });
}
