// All commands, put together.
import tab from "@bomb.sh/tab/commander";
import { Command, type CommanderError } from "commander";
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
import { UserError } from "./errors.ts";

const EXIT_USAGE = 2;

/** The program; every failure of it is thrown, as a UserError where the user can do something. */
export function tributary(): Command {
  const program = new Command("tributary")
    .description("Pays the contributors of training data for what their data did, verifiably")
    .showHelpAfterError("(--help says more)")
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

/** Commander has said what is wrong already; what was called wrongly ends with 2. */
function endOf({ exitCode }: CommanderError): never {
  if (exitCode === 0) process.exit(0);
  throw new UserError("", EXIT_USAGE);
}
