// A page's heading, which gets the focus after a navigation, and the window's title.
import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** Whether a navigation has happened: at the start the browser's own order of focus is right. */
let visited: string | undefined;

export function Page({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    if (visited !== undefined && visited !== pathname) heading.current?.focus({ preventScroll: true });
    visited = pathname;
  }, [pathname]);
  return (
    <>
      <title>{`${title} · Tributary`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </>
  );
}
