import { Link, useRouter } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useText } from "@/text/text";
import { Empty } from "@/ui/empty";
import { Fault } from "./fault";
import styles from "./page-fault.module.css";
import { useTitle } from "./title";

export function PageFault({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main className={styles.page}>
      <Fault error={error} retry={() => void router.invalidate()} />
    </main>
  );
}

export function NotFoundPage() {
  const text = useText();
  useTitle(text("notFound.title"));
  return (
    <main className={styles.page}>
      <Empty
        level={1}
        icon={<SearchX aria-hidden />}
        title={text("notFound.title")}
        actions={<Link to="/">{text("notFound.back")}</Link>}
      >
        {text("notFound.about")}
      </Empty>
    </main>
  );
}
