import { Download, Trash2 } from "lucide-react";
import { useIntl } from "react-intl";
import type { Version } from "@/api/versions";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { Tooltip } from "@/ui/tooltip";
import { When } from "@/ui/when";
import styles from "./versions.module.css";

const LABELS_SHOWN = 3;

interface Props {
  versions: readonly Version[];
  onExport: (version: Version) => void;
  onDelete: (version: Version) => void;
}

export function VersionTable({ versions, onExport, onDelete }: Props) {
  const text = useText();
  return (
    <Table label={text("versions.title")}>
      <thead>
        <tr>
          <th>{text("versions.version")}</th>
          <th>{text("datasets.images")}</th>
          <th>{text("versions.split")}</th>
          <th>{text("versions.labels")}</th>
          <th>{text("versions.digest")}</th>
          <th>{text("versions.published")}</th>
          <ActionsColumn />
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.name}>
            <td>
              <span className={styles.name}>
                <MiddleText>{version.name}</MiddleText>
              </span>
              {version.description ? (
                <span dir="auto" className={styles.about}>
                  <MiddleText>{version.description}</MiddleText>
                </span>
              ) : null}
            </td>
            <td>
              <Images version={version} />
            </td>
            <td>
              <Split version={version} />
            </td>
            <td>
              <Labels version={version} />
            </td>
            <td>
              <Tooltip text={version.digest}>
                <code className={styles.digest}>{version.digest.replace("sha256:", "").slice(0, 12)}</code>
              </Tooltip>
            </td>
            <td>
              <When at={version.created_at} />
            </td>
            <ActionsCell>
              <IconButton label={text("versions.export", { name: version.name })} onClick={() => onExport(version)}>
                <Download />
              </IconButton>
              <IconButton label={text("members.delete", { name: version.name })} onClick={() => onDelete(version)}>
                <Trash2 />
              </IconButton>
            </ActionsCell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Images({ version }: { version: Version }) {
  const text = useText();
  const intl = useIntl();
  return (
    <>
      {intl.formatNumber(version.counts.total)}
      {version.missing_files > 0 ? (
        <span className={styles.missing}>{text("versions.missing", { count: version.missing_files })}</span>
      ) : null}
    </>
  );
}

/** The bar is for the eye, the numbers for everybody. */
function Split({ version }: { version: Version }) {
  const text = useText();
  const { total, train, validation } = version.counts;
  return (
    <span className={styles.split}>
      <svg aria-hidden className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none">
        <rect width={total === 0 ? 0 : (100 * train) / total} height="4" />
      </svg>
      <span>{text("versions.sides", { train, validation })}</span>
    </span>
  );
}

function Labels({ version }: { version: Version }) {
  const text = useText();
  const intl = useIntl();
  const most = [...version.counts.labels].sort((one, other) => other.count - one.count);
  const named = (shown: typeof most) =>
    shown.map((label) => `${label.name} (${intl.formatNumber(label.count)})`).join(intl.locale === "zh" ? "，" : ", ");
  const rest = most.length - LABELS_SHOWN;
  return (
    <Tooltip text={named(most.slice(0, 30))}>
      <span dir="auto" className={styles.labels}>
        {named(most.slice(0, LABELS_SHOWN))}
        {rest > 0 ? ` ${text("versions.furtherLabels", { count: rest })}` : ""}
      </span>
    </Tooltip>
  );
}
