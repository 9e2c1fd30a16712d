import { useEffect } from "react";

const PRODUCT = "Labelstream";

/** What the browser's tab, its history and a screen reader say of the page: what it is, then the product. */
export function useTitle(...names: readonly (string | undefined)[]): void {
  const named = names.filter(Boolean).join(" · ");
  useEffect(() => {
    document.title = named ? `${named} – ${PRODUCT}` : PRODUCT;
    return () => {
      document.title = PRODUCT;
    };
  }, [named]);
}
