// Keeps the keyboard's place where the button under it goes away or is disabled, as one is that connects or sends: it goes to what is around the button.
import { type RefObject, useEffect, useRef } from "react";

/** @returns to be set on an element that can take the focus (`tabIndex={-1}`) */
export function useKeptFocus(): RefObject<HTMLDivElement | null> {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = around.current!;
    let focused: Element | null = null;
    const isLost = (element: Element) => !element.isConnected || element.matches(":disabled");
    const note = ({ target }: FocusEvent) => (focused = target as Element);
    // Who leaves by themselves is not called back.
    const forget = () => {
      if (focused !== null && !isLost(focused)) focused = null;
    };
    const observer = new MutationObserver(() => {
      const { activeElement } = document;
      if (focused === null || !isLost(focused)) return;
      if (activeElement === document.body || activeElement === focused) place.focus({ preventScroll: true });
      focused = null;
    });
    place.addEventListener("focusin", note);
    place.addEventListener("focusout", forget);
    observer.observe(place, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
    return () => {
      observer.disconnect();
      place.removeEventListener("focusin", note);
      place.removeEventListener("focusout", forget);
    };
  }, []);
  return around;
}
