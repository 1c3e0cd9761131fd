// Reads what Hardhat's reporter says of invariant tests.

export type InvariantResult = { contract: string; name: string; isHeld: boolean };

export type InvariantReport = {
  results: InvariantResult[];
  /** The reporter's account of the failures, call sequences included; empty where there are none. */
  failures: string;
};

/** @param output without colours */
export function readInvariantReport(output: string): InvariantReport {
  const results: InvariantResult[] = [];
  const [list, failures] = splitAtSummary(output);
  let contract = "";
  for (const line of list.split("\n")) {
    const suite = /^ {2}(\S+\.sol):(\S+)$/.exec(line);
    if (suite !== null) contract = suite[2]!;
    const test = /^ +(✔|\d+\)) (invariant_\w+)\(/.exec(line);
    if (test !== null) results.push({ contract, name: test[2]!, isHeld: test[1] === "✔" });
  }
  return { results, failures };
}

/** The reporter lists the tests, counts them, then tells each failure. */
function splitAtSummary(output: string): [string, string] {
  const counts = /^ *\d+ failing$/m.exec(output);
  if (counts === null) return [output, ""];
  return [output.slice(0, counts.index), output.slice(counts.index + counts[0].length).trim()];
}
