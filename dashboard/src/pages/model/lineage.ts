// The versions that a model's versions derive from, and those that derive from them.
export interface Line {
  versionId: string;
  parentId: string;
  /** 0: the principal parent, whose records the version's index begins with. */
  ordinal: number;
}

export interface Lineage {
  ids: string[];
  lines: Line[];
  /** Whether there are more than were looked at. */
  isCut: boolean;
}

/** More than this many would be no picture any more. */
const MOST_VERSIONS = 60;

/**
 * Follows the lines up and down from `start`, a generation at a time.
 * @param linesOf all lines that begin or end at one of the versions
 */
export async function lineageOf(
  start: readonly string[],
  linesOf: (ids: string[]) => Promise<readonly Line[]>,
): Promise<Lineage> {
  const ids = new Set(start);
  const lines = new Map<string, Line>();
  let generation = [...ids];
  let isCut = false;
  while (generation.length > 0) {
    const next: string[] = [];
    for (const line of await linesOf(generation)) {
      const ends = [line.versionId, line.parentId].filter((id) => !ids.has(id));
      if (ids.size + ends.length > MOST_VERSIONS) {
        isCut = true;
        continue;
      }
      for (const id of ends) {
        ids.add(id);
        next.push(id);
      }
      lines.set(`${line.versionId}-${line.parentId}`, line);
    }
    generation = next;
  }
  return { ids: [...ids], lines: [...lines.values()], isCut };
}
