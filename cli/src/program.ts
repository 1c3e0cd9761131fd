// All commands, put together.
import { Command, type CommanderError, type OutputConfiguration } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { claimCommand } from "./commands/claim.ts";
import { contributeCommand } from "./commands/contribute.ts";
import { contributionCommands } from "./commands/contribution.ts";
import { datanetCommands } from "./commands/datanet.ts";
import { deployCommand } from "./commands/deploy.ts";
import { engineCommands, indexCommands } from "./commands/engine.ts";
import { explainCommand } from "./commands/explain.ts";
import { modelCommands } from "./commands/model.ts";
import { startCommand } from "./commands/start.ts";
import { statementCommand } from "./commands/statement.ts";
import { completeCommand } from "./completion.ts";
import { Ended } from "./errors.ts";
import { AFTER_HELP, COMMANDS_OF, describeOption } from "./help.ts";

const EXIT_USAGE = 2;

/**
 * The program. It throws a UserError where the user can do something, and Ended where it has said everything itself.
 * @param output where it writes; the process's own streams by default
 */
export function tributary(output: OutputConfiguration = {}): Command {
  const program = new Command("tributary")
    .description("Pays the contributors of training data for what their data did, verifiably")
    .showHelpAfterError("(--help says more)")
    .configureHelp({ optionDescription: describeOption })
    .addHelpText("after", AFTER_HELP)
    .configureOutput(output)
    .exitOverride(endOf);
  program.commandsGroup(COMMANDS_OF.system);
  startCommand(program);
  deployCommand(program);
  program.commandsGroup(COMMANDS_OF.contributors);
  datanetCommands(program);
  contributeCommand(program);
  contributionCommands(program);
  program.commandsGroup(COMMANDS_OF.models);
  modelCommands(program);
  indexCommands(program);
  program.commandsGroup(COMMANDS_OF.attributors);
  engineCommands(program);
  program.commandsGroup(COMMANDS_OF.earners);
  claimCommand(program);
  statementCommand(program);
  explainCommand(program);
  auditCommand(program);
  program.commandsGroup("Help:").helpCommand("help [command]", "display help for a command");
  completeCommand(program);
  return program;
}

/** Commander has said what there is to say; what was called wrongly ends with 2. */
function endOf({ exitCode }: CommanderError): never {
  throw new Ended(exitCode === 0 ? 0 : EXIT_USAGE);
}
