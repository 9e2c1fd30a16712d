/** *Show more*, as long as there is more. */
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import styles from "./page.module.css";

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

export function More({ query }: Props) {
  const text = useText();
  if (!query.hasNextPage) return null;
  return (
    <Button className={styles.center} busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {text("action.more")}
    </Button>
  );
}
