/** The pages of a dataset. */
import { Link } from "@tanstack/react-router";
import { type TextKey, useText } from "@/text/text";
import tabStyles from "@/ui/tabs.module.css";

const PAGES = [
  { to: "/datasets/$datasetId", label: "datasets.images" as TextKey },
  { to: "/datasets/$datasetId/inspection", label: "inspection.title" as TextKey },
  { to: "/datasets/$datasetId/versions", label: "versions.title" as TextKey },
] as const;

export function DatasetTabs({ datasetId }: { datasetId: string }) {
  const text = useText();
  return (
    <nav aria-label={text("datasets.pages")} className={tabStyles.tabs}>
      {PAGES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ datasetId }}
          activeOptions={{ exact: true, includeSearch: false }}
          className={tabStyles.tab}
          activeProps={{ className: tabStyles.current }}
        >
          {text(label)}
        </Link>
      ))}
    </nav>
  );
}
