// Gathers a deployment's parameters: the network's, a file's, the environment's, and those of the command line, the later before the earlier.
import { readFile } from "node:fs/promises";
import { fromJson, type ParameterName, PARAMETER_NAMES, type Parameters } from "./parameters.ts";

export type Sources = {
  network: Parameters;
  /** JSON file with an object of parameters. */
  file?: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** `name=value`, each. */
  set: readonly string[];
};

/**
 * The parameters that all sources together give; they are not checked against their ranges here.
 * @throws Error naming the source and the parameter that cannot be read
 */
export async function gatherParameters({ network, file, environment, set }: Sources): Promise<Parameters> {
  const gathered: Record<string, unknown> = { ...network };
  const put = (source: string, name: string, value: unknown): void => {
    if (!PARAMETER_NAMES.includes(name as ParameterName))
      throw new Error(`${source}: there is no parameter "${name}"; there are ${PARAMETER_NAMES.join(", ")}`);
    try {
      gathered[name] = fromJson(name as ParameterName, value);
    } catch (cause) {
      throw new Error(`${source}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };

  if (file !== undefined) for (const [name, value] of Object.entries(await readObject(file))) put(file, name, value);
  for (const name of PARAMETER_NAMES) {
    const value = environment[environmentName(name)];
    if (value !== undefined) put(environmentName(name), name, value);
  }
  for (const entry of set) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(entry) ?? [];
    if (name === undefined) throw new Error(`--set ${entry}: expected name=value`);
    put("--set", name, value);
  }
  // Who brings a token has no supply to give away.
  if (gathered["openToken"] !== undefined && gathered["tokenRecipient"] === network.tokenRecipient)
    gathered["tokenRecipient"] = undefined;
  return gathered as Parameters;
}

/** `tokenRecipient` → `TRIBUTARY_TOKEN_RECIPIENT`. */
export function environmentName(name: ParameterName): string {
  return `TRIBUTARY_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file}: cannot be read as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${file}: expected an object of parameters`);
  return value as Record<string, unknown>;
}
