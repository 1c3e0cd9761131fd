// Reads coverage tracefiles in lcov's format.

export type Branch = { line: number; isTaken: boolean };

export type FileCoverage = {
  path: string;
  /** Executable lines, and whether any test reached them. */
  lines: Map<number, boolean>;
  branches: Branch[];
};

/** @throws where a record is none of lcov's, with its line number */
export function parseLcov(text: string): FileCoverage[] {
  const files: FileCoverage[] = [];
  let current: FileCoverage | undefined;
  for (const [index, record] of text.split("\n").entries()) {
    const colon = record.indexOf(":");
    const kind = colon < 0 ? record : record.slice(0, colon);
    const value = record.slice(colon + 1);
    if (kind === "SF") {
      current = { path: value, lines: new Map(), branches: [] };
      files.push(current);
    } else if (kind === "DA" || kind === "BRDA") {
      if (current === undefined) throw new Error(`lcov line ${index + 1}: ${kind} before any SF`);
      const fields = value.split(",");
      const line = Number(fields[0]);
      if (!Number.isInteger(line)) throw new Error(`lcov line ${index + 1}: ${record} has no line number`);
      if (kind === "DA") current.lines.set(line, (current.lines.get(line) ?? false) || isHit(fields[1]));
      else current.branches.push({ line, isTaken: isHit(fields[3]) });
    } else if (kind === "end_of_record") {
      current = undefined;
    }
  }
  return files;
}

/** A branch on a line that was never reached is counted `-`. */
function isHit(count: string | undefined): boolean {
  return count !== undefined && count !== "-" && Number(count) > 0;
}
