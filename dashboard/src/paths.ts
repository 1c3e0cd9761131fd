// Addresses of the pages: the one place that knows how they are written.
/** Of a contribution, on a page of its records. */
export const RECORDS_AT_ONCE = 5;

export const paths = {
  overview: () => "/",
  datanets: () => "/datanets",
  datanet: (id: string) => `/datanets/${id}`,
  contribution: (id: string) => `/contributions/${id}`,
  /** A contribution's page, at the records among which the record of this index is. */
  record: (id: string, index: number) =>
    `/contributions/${id}?records=${Math.floor(index / RECORDS_AT_ONCE) + 1}#records`,
  models: () => "/models",
  model: (id: string) => `/models/${id}`,
  positions: () => "/positions",
  /** Of one owner. */
  positionsOf: (owner: string) => `/positions?owner=${owner}`,
  position: (id: string) => `/positions/${id}`,
  answer: (receiptId: string) => `/answers/${receiptId}`,
  epochs: () => "/epochs",
  epoch: (id: string) => `/epochs/${id}`,
  wallet: () => "/wallet",
  /** Of another account than the wallet's. */
  walletOf: (owner: string) => `/wallet?owner=${owner}`,
  staking: () => "/staking",
  pool: (id: string) => `/staking/${id}`,
  governance: () => "/governance",
  governanceProposal: (id: string) => `/governance/${id}`,
  shares: (address: string) => `/shares/${address}`,
  agents: () => "/agents",
  agent: (id: string) => `/agents/${id}`,
  disputes: () => "/disputes",
  /** Where the viewer chooses which node checks read. */
  node: () => "/node",
} as const;
