// All commands, put together.
import tab from "@bomb.sh/tab/commander";
import { Command, type CommanderError, type OutputConfiguration } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { claimCommand } from "./commands/claim.ts";
import { contributeCommand } from "./commands/contribute.ts";
import { contributionCommands } from "./commands/contribution.ts";
import { datanetCommands } from "./commands/datanet.ts";
import { deployCommand } from "./commands/deploy.ts";
import { engineCommands } from "./commands/engine.ts";
import { explainCommand } from "./commands/explain.ts";
import { modelCommands } from "./commands/model.ts";
import { startCommand } from "./commands/start.ts";
import { statementCommand } from "./commands/statement.ts";
import { Ended } from "./errors.ts";

const EXIT_USAGE = 2;

/**
 * The program. It throws a UserError where the user can do something, and Ended where it has said everything itself.
 * @param output where it writes; the process's own streams by default
 */
export function tributary(output: OutputConfiguration = {}): Command {
  const program = new Command("tributary")
    .description("Pays the contributors of training data for what their data did, verifiably")
    .showHelpAfterError("(--help says more)")
    .configureOutput(output)
    .exitOverride(endOf);
  startCommand(program);
  deployCommand(program);
  datanetCommands(program);
  contributeCommand(program);
  contributionCommands(program);
  modelCommands(program);
  engineCommands(program);
  claimCommand(program);
  statementCommand(program);
  explainCommand(program);
  auditCommand(program);
  tab(program);
  return program;
}

/** Commander has said what there is to say; what was called wrongly ends with 2. */
function endOf({ exitCode }: CommanderError): never {
  throw new Ended(exitCode === 0 ? 0 : EXIT_USAGE);
}
