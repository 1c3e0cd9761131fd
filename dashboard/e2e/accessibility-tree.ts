// What Chromium hands to screen readers of a page: roles with their names, as its accessibility tree has them.
import type { Page } from "playwright-core";

export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  /** Of a heading. */
  readonly level: number | undefined;
}

interface Value {
  readonly value?: unknown;
}

/** In the order in which they are read; what is hidden from screen readers is not among them. */
export async function accessibilityTree(page: Page): Promise<AccessibleNode[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const shown = new Map(nodes.map((node) => [node.nodeId, node]));
    const found: AccessibleNode[] = [];
    const visit = (id: string): void => {
      const node = shown.get(id);
      if (node === undefined) return;
      const text = (of: Value | undefined): string => (typeof of?.value === "string" ? of.value.trim() : "");
      const level = node.properties?.find(({ name }) => name === "level")?.value.value as number | undefined;
      if (!node.ignored) found.push({ role: text(node.role), name: text(node.name), level });
      for (const child of node.childIds ?? []) visit(child);
    };
    visit(nodes[0]!.nodeId);
    return found;
  } finally {
    await session.detach();
  }
}
