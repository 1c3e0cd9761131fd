// A part of a page under a heading. What cannot be shown of it, as what was served has another form, takes nothing from the others.
import { Component, type ReactNode, useId } from "react";
import { useLocation } from "react-router";
import { Failed } from "./States.tsx";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  const { pathname } = useLocation();
  return (
    <section aria-labelledby={id}>
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
