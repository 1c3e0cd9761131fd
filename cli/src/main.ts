#!/usr/bin/env node
// The tributary command.
import { explainError, UserError } from "./errors.ts";
import { tributary } from "./program.ts";

try {
  await tributary().parseAsync();
} catch (error) {
  const explained = explainError(error);
  if (!(explained instanceof UserError)) throw explained;
  if (explained.message !== "") process.stderr.write(`tributary: ${explained.message}\n`);
  process.exit(explained.exitCode);
}
// Workers and sockets of a failed stage must not keep a finished command alive.
process.exit();
