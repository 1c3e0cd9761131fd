#!/usr/bin/env node
// The tributary command.
import { run } from "./run.ts";

const code = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
// Workers and sockets of a failed stage must not keep a finished command alive.
process.exit(code);
