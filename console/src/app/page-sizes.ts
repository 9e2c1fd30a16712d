/** How many images a page may have. */
export const PAGE_SIZES = [50, 100, 200, 500] as const;
export const USUAL_PAGE = 100;

/** The smallest page that holds so many. */
export function shownPageSize(size: number): number {
  if (!(size > 0)) return USUAL_PAGE;
  return PAGE_SIZES.find((each) => each >= size) ?? 500;
}
