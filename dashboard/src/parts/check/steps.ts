// Steps of a check in the groups in which they are shown.
import type { CheckStep } from "@tributary/protocol/check-steps";

export interface StepGroup {
  readonly title: string;
  readonly steps: readonly CheckStep[];
}

/** Steps about single records are many; each record's are a group, in the order in which they were made. */
export function groupsOf(steps: readonly CheckStep[]): StepGroup[] {
  const groups = new Map<string, CheckStep[]>();
  for (const step of steps) {
    const title = titleOf(step.what);
    const group = groups.get(title) ?? [];
    group.push(step);
    groups.set(title, group);
  }
  return Array.from(groups, ([title, of]) => ({ title, steps: of }));
}

function titleOf(what: string): string {
  const entry = /\bentry (\d+)/.exec(what)?.[1];
  if (entry !== undefined) return `Record ${Number(entry) + 1} of the lists`;
  const record = /^record (\d+)/.exec(what)?.[1];
  if (record !== undefined) return `Record ${record} of the contribution`;
  if (/the position that earns for contribution/.test(what)) return "Who earns for the records";
  if (/part of the fee|credited|paid to the|all parts together|the fee:|positions the till/.test(what))
    return "How the fee was divided";
  return "Roots, receipt and call";
}
