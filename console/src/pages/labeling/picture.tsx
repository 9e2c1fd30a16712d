import { ImageOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import styles from "./tile.module.css";
import { pictures } from "./workbench/picture-queue";

/** Images this small are shown with their pixels sharp. */
const TINY_PX = 32;

/** A thumbnail, whole, loaded when it is its turn. */
export function Picture({ src }: { src: string }) {
  const text = useText();
  const [state, setState] = useState<"waiting" | "loading" | "there" | "tiny" | "broken">("waiting");
  const end = useRef<() => void>(() => undefined);
  useEffect(() => {
    end.current = pictures.add(() => setState("loading"));
    return () => end.current();
  }, []);
  return (
    <div className={styles.picture}>
      {state === "broken" ? (
        <span className={styles.broken}>
          <ImageOff role="img" aria-label={text("labeling.broken")} />
        </span>
      ) : null}
      {state === "waiting" || state === "broken" ? null : (
        <img
          src={src}
          alt=""
          draggable={false}
          decoding="async"
          className={state === "tiny" ? styles.tiny : undefined}
          onLoad={({ currentTarget: image }) => {
            end.current();
            setState(Math.max(image.naturalWidth, image.naturalHeight) <= TINY_PX ? "tiny" : "there");
          }}
          onError={() => {
            end.current();
            setState("broken");
          }}
        />
      )}
    </div>
  );
}

/** Instead of a picture: why there is none. */
export function Unreadable({ reason }: { reason: string }) {
  const text = useText();
  return (
    <div className={classes(styles.picture, styles.unreadable)} title={reason}>
      <ImageOff role="img" aria-label={text("criterion.state.unreadable")} />
      <span className={styles.reason}>{reason}</span>
    </div>
  );
}
