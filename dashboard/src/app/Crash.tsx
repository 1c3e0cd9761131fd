// Shown where a page failed; the rest of the dashboard goes on.
import { Link, useRouteError } from "react-router";
import { Page } from "../parts/Page.tsx";
import { messageOf } from "../parts/States.tsx";

export function Crash() {
  const error = useRouteError();
  return (
    <Page title="This page failed">
      <p role="alert">{messageOf(error)}.</p>
      <p>
        <a href="">Load it again</a> or go to the <Link to="/">overview</Link>.
      </p>
    </Page>
  );
}
