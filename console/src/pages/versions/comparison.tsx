/** What changed from one version to another, image by image. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Difference, differencesQuery, type Version } from "@/api/versions";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { type TextKey, useText } from "@/text/text";
import { Field, Select } from "@/ui/field";
import { MiddleText } from "@/ui/middle-text";
import { Table } from "@/ui/table";
import styles from "./versions.module.css";

export function Comparison({ datasetId, versions }: { datasetId: string; versions: readonly Version[] }) {
  const text = useText();
  const [chosenBefore, setBefore] = useState("");
  const [chosenAfter, setAfter] = useState("");
  const among = (name: string, otherwise: Version | undefined) =>
    versions.some((each) => each.name === name) ? name : (otherwise?.name ?? "");
  const before = among(chosenBefore, versions[1]);
  const after = among(chosenAfter, versions[0]);
  const pages = useInfiniteQuery(differencesQuery(datasetId, before, after));
  const counts = pages.data?.pages[0]?.counts;
  const found = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const options = versions.map((each) => ({ value: each.name, label: each.name }));
  return (
    <section className={styles.comparison} aria-label={text("versions.compare")}>
      <h2>{text("versions.compare")}</h2>
      <div className={styles.choice}>
        <Field label={text("versions.from")}>
          {(ids) => <Select {...ids} value={before} onChange={setBefore} options={options} />}
        </Field>
        <Field label={text("versions.to")}>
          {(ids) => <Select {...ids} value={after} onChange={setAfter} options={options} />}
        </Field>
        <p role="status" className={styles.counts}>
          {before === after ? text("versions.chooseTwo") : counts ? text("versions.counts", { ...counts }) : ""}
        </p>
      </div>
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {found.length > 0 ? <Differences found={found} /> : null}
      <More query={pages} />
    </section>
  );
}

function Differences({ found }: { found: readonly Difference[] }) {
  const text = useText();
  return (
    <Table label={text("versions.differences")}>
      <thead>
        <tr>
          <th>{text("versions.change")}</th>
          <th>{text("versions.path")}</th>
          <th>{text("versions.labelsBefore")}</th>
          <th>{text("versions.labelsAfter")}</th>
        </tr>
      </thead>
      <tbody>
        {found.map((each) => (
          <tr key={each.sample_id}>
            <td>{text(`versions.kind.${each.kind}` as TextKey)}</td>
            <td>
              <MiddleText>{each.path}</MiddleText>
            </td>
            <td dir="auto">{each.from?.join(", ") ?? "–"}</td>
            <td dir="auto">{each.to?.join(", ") ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
