// Shown where nothing is, with ways to what may have been meant.
import { Link, useLocation } from "react-router";
import { navigation } from "../routes.ts";
import { Page } from "../parts/Page.tsx";
import { destinations } from "./destinations.ts";

/** @param what that is not there, such as "position 7" */
export function NotFound({ what }: { what?: string }) {
  const { pathname } = useLocation();
  const meant = what === undefined ? pathname.split("/").flatMap((part) => destinations(part)) : [];
  return (
    <Page title="Nothing is here">
      <p>
        {what === undefined ? (
          <>
            No page has the address <code>{pathname}</code>.
          </>
        ) : (
          <>
            There is no {what} in the index. Ids count from 1, those of agents from 0; what happened in the last seconds
            may not be indexed yet.
          </>
        )}
      </p>
      <p>Find an id, an address or a receipt with the search box above{meant.length > 0 && ", or did you mean"}</p>
      <ul>
        {[...meant, ...navigation].map(({ to, label }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

NotFound.displayName = "NotFound";
