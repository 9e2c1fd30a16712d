import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect } from "react";
import { useIntl } from "react-intl";
import { pictureOf, type Sample } from "@/api/samples";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Image } from "@/ui/image";
import { When } from "@/ui/when";
import styles from "./datasets.module.css";

interface Props {
  datasetId: string;
  samples: readonly Sample[];
  place: number;
  onPlace: (place: number) => void;
  onClose: () => void;
}

/** One image, large, with what is known of it; the arrow keys go to its neighbours. */
export function SamplePreview({ datasetId, samples, place, onPlace, onClose }: Props) {
  const text = useText();
  const intl = useIntl();
  const sample = samples[place];
  const go = (step: number) => {
    if (samples[place + step] !== undefined) onPlace(place + step);
  };
  // Wherever in the dialog the focus is.
  useEffect(() => {
    const onKeyDown = ({ key }: KeyboardEvent) => {
      const wanted = place + (key === "ArrowRight" ? 1 : -1);
      if ((key === "ArrowLeft" || key === "ArrowRight") && samples[wanted] !== undefined) onPlace(wanted);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [samples, place, onPlace]);
  if (sample === undefined) return null;
  return (
    <Dialog title={<bdi>{sample.name}</bdi>} size="large" onClose={onClose}>
      <div className={styles.preview}>
        <IconButton label={text("preview.previous")} disabled={place === 0} onClick={() => go(-1)}>
          <ChevronLeft />
        </IconButton>
        <Image src={pictureOf(datasetId, sample, null)} alt={sample.name} className={styles.large} />
        <IconButton label={text("preview.next")} disabled={place === samples.length - 1} onClick={() => go(1)}>
          <ChevronRight />
        </IconButton>
      </div>
      <dl className={styles.known}>
        <dt>{text("datasets.path")}</dt>
        <dd dir="auto">{sample.path}</dd>
        <dt>{text("datasets.size")}</dt>
        <dd>
          {sample.width !== null && sample.height !== null ? `${sample.width} × ${sample.height} px · ` : ""}
          {intl.formatNumber(sample.size / 1000, {
            style: "unit",
            unit: "kilobyte",
            maximumFractionDigits: 1,
          })}{" "}
          · {sample.media_type}
        </dd>
        <dt>{text("datasets.added")}</dt>
        <dd>
          <When at={sample.added_at} />
        </dd>
        {sample.labels.length > 0 ? (
          <>
            <dt>{text("datasets.sourceLabels")}</dt>
            <dd dir="auto">{sample.labels.map((label) => label.name).join(", ")}</dd>
          </>
        ) : null}
      </dl>
    </Dialog>
  );
}
