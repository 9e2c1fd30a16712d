/** An image that can be zoomed, moved and turned. Only the view changes, never the image. */
import { ImageOff, Maximize, RotateCw, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { classes } from "@/ui/classes";
import { useAgain } from "@/ui/use-again";
import styles from "./zoomable.module.css";

interface ViewOf {
  zoom: number;
  x: number;
  y: number;
  turns: number;
}

const WHOLE: ViewOf = { zoom: 1, x: 0, y: 0, turns: 0 };
const LARGEST = 32;
const STEP = 1.25;
const MOVE_PX = 40;
const WAYS: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};
/** Images smaller than this are shown enlarged with their pixels sharp. */
const PIXELS_BELOW = 64;

interface Props {
  src: string;
  alt: string;
}

export function Zoomable({ src, alt }: Props) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(WHOLE);
  const [broken, setBroken] = useState(false);
  useAgain(broken, () => setBroken(false));
  const [sharp, setSharp] = useState(false);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const zoom = (by: number) =>
    setView((before) => {
      const zoomed = Math.min(LARGEST, Math.max(1, before.zoom * by));
      return zoomed === 1 ? { ...before, zoom: 1, x: 0, y: 0 } : { ...before, zoom: zoomed };
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: it only sets state
  useEffect(() => {
    const element = frame.current;
    // React listens passively to the wheel, and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? STEP : 1 / STEP);
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);

  const onPointerMove = (event: PointerEvent) => {
    const from = grip.current;
    if (from === null) return;
    grip.current = { x: event.clientX, y: event.clientY };
    setView((before) => ({ ...before, x: before.x + event.clientX - from.x, y: before.y + event.clientY - from.y }));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    if (view.zoom === 1 || way === undefined) return;
    // Elsewhere these keys go to the next image.
    event.preventDefault();
    event.stopPropagation();
    setView((before) => ({ ...before, x: before.x + way.x * MOVE_PX, y: before.y + way.y * MOVE_PX }));
  };

  return (
    <div className={styles.zoomable}>
      <div
        ref={frame}
        role="group"
        aria-label={text("zoom.image")}
        // Only what is larger than its frame can be moved.
        tabIndex={view.zoom > 1 ? 0 : undefined}
        onKeyDown={onKeyDown}
        className={classes(styles.frame, view.zoom > 1 && styles.movable)}
        onPointerDown={(event) => {
          if (view.zoom === 1) return;
          grip.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          grip.current = null;
        }}
        onDoubleClick={() => (view.zoom === 1 ? zoom(4) : setView({ ...view, zoom: 1, x: 0, y: 0 }))}
      >
        {broken ? (
          <div className={styles.broken}>
            <ImageOff aria-hidden />
            {text("image.broken")}
          </div>
        ) : (
          <img
            src={src}
            alt={alt}
            draggable={false}
            className={classes(styles.image, sharp && styles.sharp)}
            style={{
              transform: `translate(${view.x}px, ${view.y}px) rotate(${view.turns * 90}deg) scale(${view.zoom})`,
            }}
            onLoad={({ currentTarget: image }) =>
              setSharp(Math.max(image.naturalWidth, image.naturalHeight) <= PIXELS_BELOW)
            }
            onError={() => setBroken(true)}
          />
        )}
      </div>
      <div className={styles.tools}>
        <IconButton label={text("zoom.out")} disabled={view.zoom === 1} onClick={() => zoom(1 / STEP)}>
          <ZoomOut />
        </IconButton>
        <output className={styles.share}>{Math.round(view.zoom * 100)} %</output>
        <IconButton label={text("zoom.in")} disabled={view.zoom >= LARGEST} onClick={() => zoom(STEP)}>
          <ZoomIn />
        </IconButton>
        <IconButton label={text("zoom.whole")} onClick={() => setView(WHOLE)}>
          <Maximize />
        </IconButton>
        <IconButton
          label={text("zoom.turn")}
          onClick={() => setView((before) => ({ ...before, turns: before.turns + 1 }))}
        >
          <RotateCw />
        </IconButton>
      </div>
    </div>
  );
}
