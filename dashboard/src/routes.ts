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
          { path: "*", Component: NotFound },
        ],
      },
    ],
  },
];

/** The main navigation; a page that is not in it is reached from others. */
export const navigation: readonly { to: string; label: string }[] = [{ to: "/", label: "Overview" }];
