import { ImageOff } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import { useAgain } from "@/ui/use-again";
import styles from "./tile.module.css";
import { isThere, pictures, rememberPicture } from "./workbench/picture-queue";

/** Images this small are shown with their pixels sharp. */
const TINY_PX = 32;

/** A thumbnail, whole, loaded when it is its turn: the address is given to the image itself, since rendering hundreds of tiles
 * once more would cost more than loading their pictures. */
export function Picture({ src, id }: { src: string; id?: string }) {
  const text = useText();
  const [state, setState] = useState<"shown" | "tiny" | "broken">("shown");
  const [attempt, setAttempt] = useState(0);
  const image = useRef<HTMLImageElement>(null);
  const end = useRef<() => void>(() => undefined);
  useAgain(state === "broken", () => {
    setState("shown");
    setAttempt(attempt + 1);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt has an image element of its own
  useLayoutEffect(() => {
    const show = () => image.current?.setAttribute("src", src);
    if (isThere(src)) {
      show();
      return;
    }
    end.current = pictures.add(show);
    return () => end.current();
  }, [src, attempt]);
  return (
    <div id={id} className={styles.picture}>
      {state === "broken" ? (
        <span className={styles.broken}>
          <ImageOff role="img" aria-label={text("image.broken")} />
        </span>
      ) : (
        <img
          ref={image}
          alt=""
          draggable={false}
          decoding="async"
          className={state === "tiny" ? styles.tiny : undefined}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            end.current();
            rememberPicture(src);
            setState(Math.max(naturalWidth, naturalHeight) <= TINY_PX ? "tiny" : "shown");
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

/** Instead of a picture: why there is none; where there is no room for words, in the tooltip. */
export function Unreadable({ reason, id, small = false }: { reason: string; id?: string; small?: boolean }) {
  const text = useText();
  return (
    <div id={id} className={classes(styles.picture, styles.unreadable)} title={reason}>
      <ImageOff role="img" aria-label={text("criterion.state.unreadable")} />{" "}
      {small ? null : <span className={styles.reason}>{reason}</span>}
    </div>
  );
}
