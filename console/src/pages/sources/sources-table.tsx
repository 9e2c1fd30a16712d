import { useQuery } from "@tanstack/react-query";
import { KeyRound, Pencil, PlugZap, Trash2 } from "lucide-react";
import { useState } from "react";
import { OWN_STORE, type Source, type SourceSummary, sourceQuery } from "@/api/sources";
import styles from "@/app/page.module.css";
import { type Translate, useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { bucketsText } from "./buckets";
import { DeleteSourceDialog } from "./delete-source-dialog";
import { GrantDialog } from "./grant-dialog";
import { EditSourceDialog } from "./source-dialog";
import { TestDialog } from "./test-dialog";

export function SourcesTable({ sources }: { sources: readonly SourceSummary[] }) {
  const text = useText();
  return (
    <Table label={text("nav.sources")}>
      <thead>
        <tr>
          <th>{text("jobs.name")}</th>
          <th>{text("sources.endpoint")}</th>
          <th>{text("sources.buckets")}</th>
          <th>{text("sources.grantedTo")}</th>
          <ActionsColumn />
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <Row key={source.id} summary={source} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ summary }: { summary: SourceSummary }) {
  const text = useText();
  const source = useQuery(sourceQuery(summary.id)).data;
  return (
    <tr>
      <td>
        <span className={classes(styles.name, styles.short)}>
          <MiddleText>{summary.name}</MiddleText>
        </span>
      </td>
      <td className={styles.soft}>
        <span className={styles.short}>
          <MiddleText>{summary.id === OWN_STORE ? text("sources.own") : (source?.endpoint ?? "")}</MiddleText>
        </span>
      </td>
      <td className={styles.soft}>
        <span className={styles.short}>
          <MiddleText>{bucketsText(summary.buckets).replaceAll("\n", ", ") || text("sources.allBuckets")}</MiddleText>
        </span>
      </td>
      <td>{source ? <Badge tone={toneOf(source)}>{grantText(source, text)}</Badge> : null}</td>
      <ActionsCell>{source ? <Actions source={source} /> : null}</ActionsCell>
    </tr>
  );
}

function toneOf(source: Source) {
  return source.granted_to.length === 0 ? "neutral" : "good";
}

function grantText({ granted_to: granted }: Source, text: Translate): string {
  if (granted === "members") return text("sources.members");
  return granted.length === 0 ? text("sources.nobody") : text("sources.some", { count: granted.length });
}

function Actions({ source }: { source: Source }) {
  const text = useText();
  const [open, setOpen] = useState<"test" | "grant" | "edit" | "delete" | null>(null);
  const close = () => setOpen(null);
  const { name } = source;
  const own = source.id === OWN_STORE;
  return (
    <>
      <IconButton label={text("sources.testOf", { name })} onClick={() => setOpen("test")}>
        <PlugZap />
      </IconButton>
      <IconButton label={text("sources.grant", { name })} onClick={() => setOpen("grant")}>
        <KeyRound />
      </IconButton>
      <IconButton label={text("members.modify", { name })} onClick={() => setOpen("edit")}>
        <Pencil />
      </IconButton>
      <IconButton label={text("members.delete", { name })} disabled={own} onClick={() => setOpen("delete")}>
        <Trash2 />
      </IconButton>
      {open === "test" ? <TestDialog source={source} onClose={close} /> : null}
      {open === "grant" ? <GrantDialog source={source} onClose={close} /> : null}
      {open === "edit" ? <EditSourceDialog source={source} onClose={close} /> : null}
      {open === "delete" ? <DeleteSourceDialog source={source} onClose={close} /> : null}
    </>
  );
}
