// Runs the watcher by the command, as a process of its own, which gets the chain's address, the deployment file and the folders of bundles, and nothing else.
import { join } from "node:path";
import { roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import { runCommand, TRIBUTARY } from "./run-command.ts";
import { privateKeyOf } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

/** For the deposits of demands. */
const DEPOSITS = 1_000n * 10n ** 18n;
/** The watcher's exit code where something pending was not checked, or stands although it is faulty. */
const NOT_ALL = 1;

/** What the watcher says of one look at what is pending. */
export interface Watched {
  checked: number;
  agreeing: number;
  faulty: number;
  ended: number;
  demands: number;
}

/** Gives the watcher what its demands take. */
export async function fundWatcher(chain: LocalChain, deployment: Deployment): Promise<void> {
  const { Demands } = deployment.addresses;
  await fundAndApprove(chain, deployment, roleAccount("watcher"), Demands, DEPOSITS, "the watcher's deposits");
}

/** Has the watcher look once at all that is pending, and end what is faulty. */
export async function watchOnce(
  chain: LocalChain,
  folder: WorkFolder,
  { deploymentFile, epoch, bundles }: { deploymentFile: string; epoch: bigint; bundles: readonly string[] },
): Promise<Watched> {
  return runCommand<Watched>(
    "the watcher",
    {
      command: process.execPath,
      args: [
        ...[TRIBUTARY, "watch", "--rpc", chain.rpcUrl, "--deployment", deploymentFile],
        ...bundles.flatMap((published) => ["--bundles", published]),
        ...["--work-dir", join(folder.path, "watcher"), "--once", "--json"],
        ...["--confirmations", "1", "--poll-seconds", "1"],
      ],
      logFile: join(folder.logs, `watcher-${epoch}.log`),
      environment: { TRIBUTARY_PRIVATE_KEY: privateKeyOf("watcher") },
    },
    [0, NOT_ALL],
  );
}
