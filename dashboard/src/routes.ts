// Which page stands at which address. Each is loaded when it is opened; its file exports `Component`.
import type { RouteObject } from "react-router";
import { Crash } from "./app/Crash.tsx";
import { Layout } from "./app/Layout.tsx";
import { NotFound } from "./app/NotFound.tsx";
import { paths } from "./paths.ts";

export const routes: RouteObject[] = [
  {
    path: "/",
    Component: Layout,
    ErrorBoundary: Crash,
    HydrateFallback: () => null,
    children: [
      {
        ErrorBoundary: Crash,
        children: [
          { index: true, lazy: () => import("./pages/overview/OverviewPage.tsx") },
          // Pages, one a line, in the order of paths.ts.
          { path: "datanets", lazy: () => import("./pages/datanets/DatanetsPage.tsx") },
          { path: "datanets/:id", lazy: () => import("./pages/datanet/DatanetPage.tsx") },
          { path: "contributions/:id", lazy: () => import("./pages/contribution/ContributionPage.tsx") },
          { path: "models", lazy: () => import("./pages/models/ModelsPage.tsx") },
          { path: "models/:id", lazy: () => import("./pages/model/ModelPage.tsx") },
          { path: "positions", lazy: () => import("./pages/positions/PositionsPage.tsx") },
          { path: "positions/:id", lazy: () => import("./pages/position/PositionPage.tsx") },
          { path: "answers/:receiptId", lazy: () => import("./pages/answer/AnswerPage.tsx") },
          { path: "epochs", lazy: () => import("./pages/epochs/EpochsPage.tsx") },
          { path: "epochs/:id", lazy: () => import("./pages/epoch/EpochPage.tsx") },
          { path: "disputes", lazy: () => import("./pages/disputes/DisputesPage.tsx") },
          { path: "wallet", lazy: () => import("./pages/wallet/WalletPage.tsx") },
          { path: "staking", lazy: () => import("./pages/staking/StakingPage.tsx") },
          { path: "staking/:id", lazy: () => import("./pages/pool/PoolPage.tsx") },
          { path: "governance", lazy: () => import("./pages/governance/GovernancePage.tsx") },
          {
            path: "governance/:id",
            lazy: () => import("./pages/governance-proposal/GovernanceProposalPage.tsx"),
          },
          { path: "agents", lazy: () => import("./pages/agents/AgentsPage.tsx") },
          { path: "agents/:id", lazy: () => import("./pages/agent/AgentPage.tsx") },
          { path: "shares/:address", lazy: () => import("./pages/shares/SharesPage.tsx") },
          { path: "node", lazy: () => import("./pages/node/NodePage.tsx") },
          { path: "*", Component: NotFound },
        ],
      },
    ],
  },
];

/** The main navigation; a page that is not in it is reached from others. */
export const navigation: readonly { to: string; label: string }[] = [
  { to: "/", label: "Overview" },
  { to: paths.datanets(), label: "Datanets" },
  { to: paths.models(), label: "Models" },
  { to: paths.positions(), label: "Positions" },
  { to: paths.epochs(), label: "Epochs" },
  { to: paths.disputes(), label: "Disputes" },
  { to: paths.staking(), label: "Staking" },
  { to: paths.governance(), label: "Governance" },
  { to: paths.agents(), label: "Agents" },
  { to: paths.wallet(), label: "Wallet" },
];
