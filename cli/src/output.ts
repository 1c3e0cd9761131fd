// What a command prints at its end: text for people, or with --json one JSON object on standard output.
import { Command, Option } from "commander";
import Table from "cli-table3";
import { printable, printableJson } from "@tributary/protocol/printable";
import { Ended } from "./errors.ts";
import { OPTIONS_OF } from "./help.ts";

const EXIT_NOT_SO = 1;

/** A command's result. Amounts in `json` are base units; big numbers are printed as decimal strings. */
export interface Answer {
  readonly json: object;
  readonly text: string;
  /** Whether what was asked for holds; the exit code is 1 where not. */
  readonly ok?: boolean;
}

export interface JsonFlag {
  json: boolean;
}

/** Adds `--json`. */
export function withJson(command: Command): Command {
  return command.addOption(
    new Option("--json", "print one JSON object on standard output, and nothing else there")
      .default(false)
      .helpGroup(OPTIONS_OF.output),
  );
}

/** JSON in one line, big numbers as decimal strings, and nothing in it that a terminal obeys. */
export function toJson(value: object): string {
  return printableJson(JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)));
}

/**
 * The action of a command that prints an answer where commander prints its own. Commander's last arguments are the options and the command.
 * The action throws {@link Ended} where what was asked for does not hold.
 */
export function answering<Arguments extends unknown[]>(
  action: (...args: Arguments) => Promise<Answer>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const { json, text, ok = true } = await action(...args);
    const command = args.find((arg) => arg instanceof Command)!;
    command.configureOutput().writeOut!(`${command.opts<JsonFlag>().json ? toJson(json) : text}\n`);
    if (!ok) throw new Ended(EXIT_NOT_SO);
  };
}

const PLAIN = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" },
  ...{ "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" },
  ...{ right: "", "right-mid": "", middle: "  " },
};

/** Rows below their heads, without lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: [...head],
    chars: PLAIN,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  made.push(...rows.map((row) => row.map(printable)));
  return made.toString().replace(/ +$/gm, "");
}

/** Names and values, one to a line. */
export function listing(rows: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`)
    .join("\n");
}
