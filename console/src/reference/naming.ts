/** Swagger UI leaves some of its parts without a name, and its tags two steps below the title. They are named as they come. */

const NAMES: readonly [selector: string, attribute: string, value: string][] = [
  ["textarea.body-param__text", "aria-label", "Request body"],
  ["select.examples-select-element", "aria-label", "Example"],
  ["input.operation-filter-input", "aria-label", "Filter by tag or path"],
  ["div.information-container", "role", "region"],
  ["div.information-container", "aria-label", "About this API"],
  ["div.filter-container", "role", "search"],
  ["h3.opblock-tag", "aria-level", "2"],
  ["h4", "aria-level", "3"],
  ["h5", "aria-level", "4"],
];

export function nameParts(root: HTMLElement | null): void {
  if (root === null) return;
  const name = () => {
    for (const [selector, attribute, value] of NAMES) {
      for (const part of root.querySelectorAll(`${selector}:not([${attribute}])`)) part.setAttribute(attribute, value);
    }
  };
  new MutationObserver(name).observe(root, { childList: true, subtree: true });
}
