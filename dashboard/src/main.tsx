// Starts the dashboard in the browser.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { createBrowserRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import "./styles/index.css";
import { applyTheme } from "./app/theme.ts";
import { ConfigContext, fetchConfig } from "./data/config.ts";
import { routes } from "./routes.ts";
import { messageOf } from "./parts/States.tsx";

applyTheme();

/** The head's poll renews everything, so nothing goes stale by itself. */
const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: 1 } } });
/** It loads the page while the configuration is read. */
const router = createBrowserRouter(routes);
const root = createRoot(document.getElementById("root")!);

try {
  const config = await fetchConfig();
  root.render(
    <ConfigContext value={config}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigContext>,
  );
} catch (error) {
  root.render(
    <main className="page">
      <h1>The dashboard cannot start</h1>
      <p role="alert">{messageOf(error)}.</p>
    </main>,
  );
}
