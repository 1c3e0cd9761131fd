#!/usr/bin/env node
// The gateway's command.
import { resolve } from "node:path";
import { Command } from "commander";
import { createPublicClient, http } from "viem";
import { ConfigError, loadConfig, upstreamKeys } from "./config/config.ts";
import type { Config } from "./config/schema.ts";
import { readSecrets, refuseSharedKey, VARIABLES } from "./config/secrets.ts";
import { ChainSilent, paymentTokenOf, type Place, readPlace, refuseOtherChain, rpcUrlOf } from "./place.ts";
import { readPaymentToken } from "./payments/payment-token.ts";
import { reasonOf, withOriginsOnly } from "@tributary/protocol/reason";
import { createLog } from "./server/log.ts";
import { addSettlementCommands } from "./settlement-commands.ts";
import { type Gateway, startGateway } from "./start.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
const variables = Object.entries(VARIABLES).map(([name, use]) => `  ${name.padEnd(width)}  ${use}`);

const program = new Command("gateway")
  .description("Sells model calls by x402, behind an OpenAI-compatible server")
  .addHelpText(
    "after",
    `\nEnvironment variables (and those that keyVariable names):\n${variables.join("\n")}\n\nThe configuration is described in docs/gateway.md.`,
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });

program
  .command("serve", { isDefault: true })
  .description("serve calls until SIGINT or SIGTERM, settle at SIGUSR2; logs are JSON lines on standard output")
  .option("--config <file>", "configuration file", "gateway.json")
  .option(
    "--new-books",
    "the books are new, though the chain has channels of theirs; lost ones must not be replaced",
    false,
  )
  .argument("[none...]", "no arguments")
  .action(async (args: string[], { config: file, newBooks }: { config: string; newBooks: boolean }) => {
    if (args[0] !== undefined) throw new ConfigError(`unknown command '${args[0]}': see gateway --help`);
    const loaded = await loadConfig(file);
    const log = createLog(loaded.config.log.level);
    const started: { gateway?: Gateway } = {};
    // From the first moment: a timer that settles must not end a gateway that starts.
    process.on("SIGUSR2", () => {
      if (started.gateway === undefined) return log.warn({ event: "not settled", reason: "the gateway is starting" });
      started.gateway.settle().then(
        (closed) => log.info({ event: "settled", settlements: closed.map(({ onChain }) => String(onChain)) }),
        (error: unknown) => log.error({ event: "not settled", reason: reasonOf(error) }),
      );
    });
    const gateway = await startGateway(loaded, readSecrets(process.env), process.env, log, { areBooksNew: newBooks });
    started.gateway = gateway;
    await new Promise<void>((end) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
    });
    // A second signal ends it at once: the books hold at any instant.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(EXIT_FAILED));
    process.exit((await gateway.stop()) ? 0 : EXIT_FAILED);
  });

addSettlementCommands(program);

program
  .command("check")
  .description("check the configuration and the environment, and start nothing")
  .option("--config <file>", "configuration file", "gateway.json")
  .action(async ({ config: file }: { config: string }) => {
    const { config, warnings, folder } = await loadConfig(file);
    const secrets = readSecrets(process.env);
    upstreamKeys(config, process.env);
    const place = await readPlace(resolve(folder, config.chain.deployment), config.token);
    refuseSharedKey(secrets, place.deployment.chainId);
    await checkChain(rpcUrlOf(secrets.rpcUrl, config), place, config);
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(`${file} holds ${config.models.length} model(s)\n`);
  });

/** A chain that can't be asked now is no fault of the settings. @throws ConfigError for what they say wrong of it */
async function checkChain(rpcUrl: string, place: Place, config: Config): Promise<void> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  try {
    await refuseOtherChain(client, place.deployment.chainId);
    await readPaymentToken(client, paymentTokenOf(place, config));
  } catch (error) {
    if (error instanceof ConfigError && !(error instanceof ChainSilent)) throw error;
    process.stderr.write(`warning: not checked on the chain: ${reasonOf(error)}\n`);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  if (process.env["TRIBUTARY_DEBUG"] !== undefined && error instanceof Error)
    process.stderr.write(`${withOriginsOnly(String(error.stack))}\n`);
  process.exit(error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILED);
}
