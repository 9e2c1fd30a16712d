/** Sources, for administrators: the object stores that datasets may lie on, and who may use them. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { allSourcesQuery } from "@/api/sources";
import { Fault } from "@/app/fault";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { AddSourceDialog } from "./source-dialog";
import { SourcesTable } from "./sources-table";

export function SourcesPage() {
  const text = useText();
  const [adding, setAdding] = useState(false);
  const sources = useQuery(allSourcesQuery);
  return (
    <>
      <PageHeader
        title={text("nav.sources")}
        actions={
          <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setAdding(true)}>
            {text("sources.add")}
          </Button>
        }
      />
      <div className={styles.page}>
        <p className={styles.soft}>{text("sources.about")}</p>
        <Fault error={sources.error} retry={() => void sources.refetch()} />
        {sources.data ? <SourcesTable sources={sources.data} /> : null}
      </div>
      {adding ? <AddSourceDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}
