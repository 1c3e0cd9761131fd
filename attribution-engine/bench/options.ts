// Reads a benchmark's command line: shows its usage when asked, and ends with 2 where it was called wrongly.

/** The values of `parse`, unless they ask for help or it throws. */
export function readBenchOptions<Values extends { readonly help: boolean }>(
  parse: () => Values,
  usage: string,
): Values {
  let values;
  try {
    values = parse();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
  if (!values.help) return values;
  process.stdout.write(usage);
  process.exit(0);
}
