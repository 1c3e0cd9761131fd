// What is around every page: skip link, navigation, search, and how fresh it all is.
import { Suspense } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useNavigation } from "react-router";
import { useConfig } from "../data/config.ts";
import { paths } from "../paths.ts";
import { navigation } from "../routes.ts";
import { Freshness } from "./Freshness.tsx";
import { OtherChain } from "./OtherChain.tsx";
import { Search } from "./Search.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";

export function Layout() {
  const { chainId } = useConfig();
  const isLoading = useNavigation().state === "loading";
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <Link className="brand" to="/">
          <img src="/favicon.svg" alt="" width="28" height="28" /> Tributary
        </Link>
        <Search />
        <nav aria-label="Main">
          <ul>
            {navigation.map(({ to, label }) => (
              <li key={to}>
                <NavLink to={to} end={to === "/"}>
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" className="page" tabIndex={-1} aria-busy={isLoading}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <footer className="bottom">
        <Freshness />
        <span>Numbers are as the indexer tells them, unless a check on the page says that it proved them.</span>
        <span>
          Chain {chainId}, <Link to={paths.node()}>which node checks read</Link>
        </span>
        <OtherChain />
        <ThemeSwitch />
      </footer>
      <ScrollRestoration />
    </>
  );
}
