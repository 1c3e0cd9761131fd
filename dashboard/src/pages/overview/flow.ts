// Where the fees went, as a graph whose amounts add up at every node.
export interface FlowTotals {
  fees: bigint;
  plainFees: bigint;
  treasury: bigint;
  gateway: bigint;
  ancestors: bigint;
  curators: bigint;
  stakers: bigint;
  developer: bigint;
  data: bigint;
  /** Of the data share: what finalised epochs attributed, and what went to the treasury as nothing came of it. */
  attributed: bigint;
  givenUp: bigint;
  /** Of what was attributed: what was claimed. */
  claimedAttributed: bigint;
}

export interface FlowNode {
  id: string;
  name: string;
  /** Level from the left. */
  level: number;
}

export interface FlowLink {
  source: string;
  target: string;
  amount: bigint;
}

export interface Flow {
  nodes: FlowNode[];
  links: FlowLink[];
}

const PARTS = [
  ["data", "Data, by attribution"],
  ["developer", "Developer"],
  ["ancestors", "Upstream developers"],
  ["curators", "Curators"],
  ["stakers", "Stakers"],
  ["gateway", "Gateway"],
  ["treasury", "Treasury"],
] as const;

/** Links of zero are left out, and nodes without links. */
export function flowOf(totals: FlowTotals): Flow {
  const { fees, plainFees, data, attributed, givenUp, claimedAttributed } = totals;
  const nodes: FlowNode[] = [
    { id: "calls", name: "Calls with receipts", level: 0 },
    { id: "plain", name: "Income without receipts", level: 0 },
    { id: "fees", name: "Fees", level: 1 },
    ...PARTS.map(([id, name]) => ({ id, name, level: 2 })),
    { id: "attributed", name: "Attributed to records", level: 3 },
    { id: "waiting", name: "Waiting for its epoch", level: 3 },
    { id: "givenUp", name: "Given up to the treasury", level: 3 },
    { id: "claimed", name: "Claimed", level: 4 },
    { id: "claimable", name: "Claimable now", level: 4 },
  ];
  const links: FlowLink[] = [
    { source: "calls", target: "fees", amount: fees - plainFees },
    { source: "plain", target: "fees", amount: plainFees },
    ...PARTS.map(([target]) => ({ source: "fees", target, amount: totals[target] })),
    { source: "data", target: "attributed", amount: attributed },
    { source: "data", target: "waiting", amount: data - attributed - givenUp },
    { source: "data", target: "givenUp", amount: givenUp },
    { source: "attributed", target: "claimed", amount: claimedAttributed },
    { source: "attributed", target: "claimable", amount: attributed - claimedAttributed },
  ].filter(({ amount }) => amount > 0n);
  const linked = new Set(links.flatMap(({ source, target }) => [source, target]));
  return { nodes: nodes.filter(({ id }) => linked.has(id)), links };
}
