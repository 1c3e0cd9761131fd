// Which page stands at which address. Each is loaded when it is opened; its file exports `Component`.
import type { RouteObject } from "react-router";
import { Crash } from "./app/Crash.tsx";
import { Layout } from "./app/Layout.tsx";
import { NotFound } from "./app/NotFound.tsx";

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
          { path: "answers/:receiptId", lazy: () => import("./pages/answer/AnswerPage.tsx") },
          { path: "epochs", lazy: () => import("./pages/epochs/EpochsPage.tsx") },
          { path: "epochs/:id", lazy: () => import("./pages/epoch/EpochPage.tsx") },
          { path: "disputes", lazy: () => import("./pages/disputes/DisputesPage.tsx") },
          { path: "*", Component: NotFound },
        ],
      },
    ],
  },
];

/** The main navigation; a page that is not in it is reached from others. */
export const navigation: readonly { to: string; label: string }[] = [{ to: "/", label: "Overview" }];
