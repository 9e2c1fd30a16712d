"""What P17 runs in the page: each gives its time when the browser has painted what it waited for."""

_PAINTED = """
const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve();
  channel.port2.postMessage(null);
}));
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
"""

FIRST_PAGE = (
    "async () => {"
    + _PAINTED
    + """
  const ready = () => {
    const tiles = [...document.querySelectorAll('[data-item]')].filter((tile) => {
      const place = tile.getBoundingClientRect();
      return place.bottom > 0 && place.top < innerHeight;
    });
    const images = tiles.map((tile) => tile.querySelector('img'));
    return tiles.length > 0 && images.every((image) => image?.complete && image.naturalWidth > 0);
  };
  while (!ready()) await frame();
  await painted();
  return performance.now();
}"""
)
"""Milliseconds since the navigation began, when every thumbnail in sight is painted."""

SCROLL = (
    "async (seconds) => {"
    + _PAINTED
    + """
  const box = document.querySelector('[data-testid="grid-frame"]');
  const far = box.scrollHeight - box.clientHeight;
  const sight = box.getBoundingClientRect();
  const blankSince = new Map();
  let blank = 0, frames = 0;
  const look = (now) => {
    for (const tile of box.querySelectorAll('[role="gridcell"]')) {
      const place = tile.getBoundingClientRect();
      const isSeen = place.bottom > sight.top && place.top < sight.bottom;
      const image = tile.querySelector('img');
      const isThere = image !== null && image.complete && image.naturalWidth > 0;
      if (!isSeen || isThere) blankSince.delete(tile);
      else {
        if (!blankSince.has(tile)) blankSince.set(tile, now);
        blank = Math.max(blank, now - blankSince.get(tile));
      }
    }
  };
  const began = await frame();
  let now = began;
  while (now - began < seconds * 1000) {
    box.scrollTop = far * (now - began) / (seconds * 1000);
    now = await frame();
    frames += 1;
    look(now);
  }
  return { frames: frames / ((now - began) / 1000), blank };
}"""
)
"""Scrolls the page of images from end to end: frames a second, and for how long the slowest tile was blank."""

KEY = (
    "async ([number, key]) => {"
    + _PAINTED
    + """
  const tile = document.querySelectorAll('[data-item]')[number];
  const pressed = new Promise((resolve) => {
    addEventListener('keydown', (event) => resolve(event.timeStamp), { once: true, capture: true });
  });
  const shown = () => document.querySelector(`[data-item="${tile.dataset.item}"] [data-label="${key}"]`) !== null;
  const changed = new Promise((resolve) => {
    const observer = new MutationObserver(() => { if (shown()) { observer.disconnect(); resolve(); } });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  const began = await pressed;
  await changed;
  await painted();
  return performance.now() - began;
}"""
)
"""Milliseconds from the key to the painted label on the tile of this number."""

COLLEAGUE = (
    "async ([sample, label]) => {"
    + _PAINTED
    + """
  const shown = () => document.querySelector(`[data-item="${sample}"] [data-label="${label}"]`) !== null;
  while (!shown()) await frame();
  await painted();
  return performance.timeOrigin + performance.now();
}"""
)
"""The time (milliseconds since 1970) at which a label is painted on an image."""
