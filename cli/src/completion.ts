// Adds `complete <shell>`: the script by which a shell completes commands, options and their values.
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { COMPLETION_SCRIPTS } from "./completion-scripts.ts";

/** The library says what can stand where; the scripts are ours, as its own have the shell evaluate what is typed. */
export function completeCommand(program: Command): void {
  const completions = tab(program);
  const complete = program.commands.find((command) => command.name() === "complete")!;
  const shells = Object.keys(COMPLETION_SCRIPTS);
  complete.registeredArguments[0]!.description = `prints its script: ${shells.join(", ")}`;
  complete.action((shell: string | undefined, _options: unknown, { args }: Command) => {
    const { rawArgs } = program as unknown as { rawArgs: readonly string[] };
    if (rawArgs[rawArgs.indexOf(complete.name()) + 1] === "--") completions.parse([...args]);
    else if (shell === undefined || !(shell in COMPLETION_SCRIPTS) || args.length > 1)
      complete.error(`error: name one shell: ${shells.join(", ")}`);
    else process.stdout.write(COMPLETION_SCRIPTS[shell as keyof typeof COMPLETION_SCRIPTS]);
  });
}
