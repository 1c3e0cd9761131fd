// Reads the configuration file, and the secrets that it names from the environment.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { type Config, configSchema } from "./schema.ts";
import { isPrivateUrl } from "./upstream-url.ts";

/** Something in the settings that whoever starts the gateway can mend. */
export class ConfigError extends Error {}

/** For a claim to be mined. */
const CLAIM_SECONDS = 120;

export interface Loaded {
  readonly config: Config;
  /** What is allowed and yet worth knowing, one sentence each. */
  readonly warnings: readonly string[];
  /** Where relative paths begin. */
  readonly folder: string;
}

/** @throws ConfigError that names the file and every field that is wrong, never a value */
export async function loadConfig(file: string): Promise<Loaded> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(`${file} is not JSON`);
  }
  return { ...parseConfig(value, file), folder: dirname(resolve(file)) };
}

/** @throws ConfigError as `loadConfig` */
export function parseConfig(value: unknown, file: string): Omit<Loaded, "folder"> {
  const result = configSchema.safeParse(value);
  const faults = result.success
    ? [...duplicates(result.data), ...lateClaims(result.data)]
    : result.error.issues.map(explain);
  if (!result.success || faults.length > 0) {
    throw new ConfigError([`${file} can't be used:`, ...faults.map((fault) => `  ${fault}`)].join("\n"));
  }
  return { config: result.data, warnings: warningsOf(result.data) };
}

/**
 * The upstreams' API keys by model name.
 * @throws ConfigError naming each variable that is not set
 */
export function upstreamKeys(config: Config, environment: NodeJS.ProcessEnv): Map<string, string> {
  const keys = new Map<string, string>();
  const missing: string[] = [];
  for (const [index, { name, upstream }] of config.models.entries()) {
    const variable = upstream.keyVariable;
    if (variable === undefined) continue;
    const key = environment[variable];
    if (key === undefined || key === "") missing.push(`${variable} (models[${index}].upstream.keyVariable)`);
    else if (/[^\x21-\x7e]/u.test(key)) throw new ConfigError(`${variable} holds a character that no header can`);
    else keys.set(name, key);
  }
  if (missing.length > 0) throw new ConfigError(`environment variables that are not set: ${missing.join(", ")}`);
  return keys;
}

function duplicates({ models }: Config): string[] {
  const seen = new Set<string>();
  return models.flatMap(({ name }, index) => {
    if (seen.has(name)) return [`models[${index}].name: ${name} is the name of another model`];
    seen.add(name);
    return [];
  });
}

/** A call that begins before a withdrawal is seen, and ends as late as it may, has to be claimed before the payer has its money. */
function lateClaims({ models, payments, settlement }: Config): string[] {
  const longest = Math.max(...models.map(({ upstream }) => upstream.totalSeconds));
  const least = longest + 2 * settlement.lookSeconds + CLAIM_SECONDS;
  if (payments.withdrawDelaySeconds >= least) return [];
  return [
    `payments.withdrawDelaySeconds: ${payments.withdrawDelaySeconds} is below ${least}: a withdrawal could be over before the last call is claimed, which may take upstream.totalSeconds (${longest}), two of settlement.lookSeconds (${settlement.lookSeconds}) and ${CLAIM_SECONDS} s`,
  ];
}

function warningsOf({ models, listen }: Config): string[] {
  const warnings = models
    .filter(({ upstream }) => isPrivateUrl(upstream.url))
    .map(
      ({ name }) =>
        `the upstream of ${name} is on this machine or a private network: see that nobody else can take its address`,
    );
  if (!["127.0.0.1", "::1", "localhost"].includes(listen.host)) {
    warnings.push(`listening on ${listen.host}: payments travel in headers, so put TLS in front of it`);
  }
  return warnings;
}

function explain(issue: z.ZodIssue): string {
  const path = issue.path.reduce<string>(
    (so, part) => (typeof part === "number" ? `${so}[${part}]` : so === "" ? part : `${so}.${part}`),
    "",
  );
  if (issue.code === "unrecognized_keys")
    return `${path === "" ? "" : `${path}: `}unknown field ${issue.keys.join(", ")}`;
  return `${path === "" ? "the file" : path}: ${issue.message}`;
}
