// How help is arranged: options that many commands have are in groups of their own, and what goes without saying is left out.
import { Help, type Option } from "commander";

/** Headings of options. */
export const OPTIONS_OF = { connection: "Connection:", key: "Key:", output: "Output:" } as const;

/** Headings of commands, in their order. */
export const COMMANDS_OF = {
  system: "The system:",
  contributors: "Contribute:",
  models: "Own a model:",
  attributors: "Attribute and watch:",
  earners: "Be paid, and check:",
} as const;

export const AFTER_HELP = `
Commands that read a chain need --deployment (or TRIBUTARY_DEPLOYMENT), and TRIBUTARY_RPC_URL where its node is not local;
those that send need a key: tributary claim --help.

Ends with 0 when done, with 1 if it failed on the way or what was checked does not hold, with 2 if it was called wrongly
or an input is unusable: a node that does not answer, terms that the contract refuses.
With --json an error is one JSON object, {"error", "exitCode"}, on standard error.`;

const help = new Help();

/** Commander's own, but for defaults that say nothing: what is not given is not given. */
export function describeOption(option: Option): string {
  return help.optionDescription(option).replace(/ \(default: (?:false|\[\])\)$/, "");
}
