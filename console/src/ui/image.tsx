import { ImageOff } from "lucide-react";
import { useState } from "react";
import { useText } from "@/text/text";
import { classes } from "./classes";
import styles from "./image.module.css";
import { useAgain } from "./use-again";

interface Props {
  src: string;
  alt: string;
  className?: string | undefined;
  loading?: "lazy";
}

/** An image; where it cannot be shown, a sign for that in its place, until it can. Another address begins anew. */
export function Image(props: Props) {
  return <OneImage key={props.src} {...props} />;
}

function OneImage({ src, alt, className, loading }: Props) {
  const text = useText();
  const [broken, setBroken] = useState(false);
  useAgain(broken, () => setBroken(false));
  const sign = alt ? { role: "img", "aria-label": `${alt}: ${text("image.broken")}` } : { "aria-hidden": true };
  return broken ? (
    <span className={classes(className, styles.broken)} title={text("image.broken")}>
      <ImageOff {...sign} />
    </span>
  ) : (
    <img
      src={src}
      alt={alt}
      className={classes(className, styles.image)}
      loading={loading}
      onError={() => setBroken(true)}
    />
  );
}
