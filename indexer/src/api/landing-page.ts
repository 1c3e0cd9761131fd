// The page at `/`: example queries to run and to change, as plain HTML without scripts.

interface Example {
  title: string;
  query: string;
}

const EXAMPLES: Example[] = [
  {
    title: "What the ledger owes and has paid",
    query: `{
  ledgers {
    items { id token owedPools owedPayouts owedAccrued owedBonds accrued claimedAttributed claimedAccrued }
  }
}`,
  },
  {
    title: "Datanets with their latest contributions",
    query: `{
  datanets {
    items {
      id owner acceptedContributions acceptedRecords licenceIncome
      contributions(limit: 5, orderBy: "id", orderDirection: "desc") {
        items { id contributor kind status recordCount reviewEndsAt }
      }
    }
  }
}`,
  },
  {
    title: "A model version: lineage, split, index layout",
    query: `{
  modelVersion(id: "1") {
    model { id owner }
    treasuryBps gatewayBps curatorsBps stakersBps developerBps dataBps
    ancestors { items { positionId bps } }
    parents { items { parentId } }
    segments { items { datanetId contributions records } }
    index { methodId rootHash records usableAt }
  }
}`,
  },
  {
    title: "Settlements with their history and the division of the fee",
    query: `{
  settlements(limit: 10, orderBy: "id", orderDirection: "desc") {
    totalCount
    items {
      id status count fee pool epochId
      statusChanges(orderBy: "at") { items { status at transactionHash } }
      feeSplits { items { treasury gateway ancestors curators stakers developer data } }
    }
  }
}`,
  },
  {
    title: "Epochs, their proposals and payout roots",
    query: `{
  epochs(orderBy: "id", orderDirection: "desc", limit: 10) {
    items {
      id status endsAt callCount pools
      groups { items { group versionId callCount pool } }
      proposals { items { proposal proposer status payoutsSum bond finalizableAt } }
      payoutRoot { hash sum added }
    }
  }
}`,
  },
  {
    title: "Disputed contributions: proofs, objections, votes, and what became of the bonds",
    query: `{
  contributions(where: { status_in: [under_review, rejected] }, orderBy: "id", orderDirection: "desc", limit: 10) {
    items {
      id contributor status reason bond returned slashed reward rewardTo
      duplicateProofs { items { earlierId prover recordHash } }
      objection { objector claimed verdict bond appellant }
      rounds { items { id stake keep mistake negligence malice votes { items { poolId verdict weight } } } }
    }
  }
}`,
  },
  {
    title: "Paid calls, and where the fees went, day by day",
    query: `{
  protocolPeriods(where: { period: day }, orderBy: "start", orderDirection: "desc", limit: 30) {
    items { start calls fees plainFees treasury gateway ancestors curators stakers developer data attributed }
  }
}`,
  },
  {
    title: "What courts ended, and by what",
    query: `{
  provenFaults(orderBy: "at", orderDirection: "desc", limit: 10) {
    items { target kind prover accusedProposal { epochId proposal bond reward burned } settlement { id status } index { versionId sub } }
  }
  demands(where: { status: unanswered }, orderBy: "id", orderDirection: "desc", limit: 10) {
    items { id tree demander epochId proposal versionId settlementId sub reward }
  }
}`,
  },
  {
    title: "Pools of stake, their stakers and rewards",
    query: `{
  stakePools(limit: 10) {
    items {
      id kind operator modelId datanetId stake unbonding slashed commissionBps
      holdings { items { account generation shares } }
      rewards { items { token funded claimed streamEndsAt } }
    }
  }
}`,
  },
  {
    title: "Positions that were paid most",
    query: `{
  positions(where: { claimedTotal_gt: "0" }, orderBy: "claimedTotal", orderDirection: "desc", limit: 10) {
    items { id kind owner claimedTotal claimedAttributed unclaimedAccrued claims { items { recipient attributed accrued at } } }
  }
}`,
  },
];

/** @param graphqlPath Where queries are sent. */
export function landingPage(graphqlPath: string): string {
  const examples = EXAMPLES.map(
    ({ title, query }) => `<details>
<summary>${escapeHtml(title)}</summary>
<form action="${graphqlPath}" method="get">
<textarea name="query" rows="${query.split("\n").length}" spellcheck="false" aria-label="${escapeHtml(title)}">${escapeHtml(query)}</textarea>
<button>Run</button>
</form>
</details>`,
  ).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tributary indexer</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
textarea { box-sizing: border-box; width: 100%; font: 0.85rem/1.5 ui-monospace, monospace; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; }
</style>
</head>
<body>
<h1>Tributary indexer</h1>
<p>Every event of the contracts, as GraphQL at <code>${graphqlPath}</code> (POST, or GET with <code>?query=</code>).
Amounts are base units of the payment token and, like ids, decimal strings; times are Unix seconds.</p>
<p><a href="/schema.graphql">Schema</a> · <a href="/status">Indexed block</a> · <a href="/lag">Lag</a> · <a href="/metrics">Metrics</a></p>
<h2>Examples</h2>
${examples}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
