// A part of a page under a heading. What cannot be shown of it, as what was served has another form, takes nothing from the others.
import { Component, type ReactNode, useEffect, useId, useRef } from "react";
import { useLocation } from "react-router";
import { Failed } from "./States.tsx";

interface SectionProps {
  title: string;
  /** The address's fragment that leads here, also where the section comes after its page. */
  anchor?: string;
  children: ReactNode;
}

export function Section({ title, anchor, children }: SectionProps) {
  const id = useId();
  const { pathname, hash } = useLocation();
  const section = useRef<HTMLElement>(null);
  const isMeant = anchor !== undefined && hash === `#${anchor}`;
  useEffect(() => {
    if (isMeant) section.current?.scrollIntoView();
  }, [isMeant]);
  return (
    <section aria-labelledby={id} ref={section}>
      <h2 id={id}>{title}</h2>
      <Contained key={pathname}>{children}</Contained>
    </section>
  );
}

class Contained extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error("unknown") };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Failed
        error={error}
        again={() => {
          this.setState({ error: undefined });
        }}
      />
    );
  }
}
