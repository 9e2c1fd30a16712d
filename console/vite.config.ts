import { basename } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The gateway serves what is built, so it is built into the gateway's package.
const built = new URL("../deploy/gateway/src/labelstream_gateway/console", import.meta.url).pathname;
const gateway = process.env.LABELSTREAM_GATEWAY ?? "http://127.0.0.1:8080";
const scrollLock = new URL("./src/ui/scroll-lock.tsx", import.meta.url).pathname;

/** Shared by other pages and by dialogs: the labeling page, which stays small, is shown without it. */
const OTHER_PAGES =
  /console\/src\/(api\/(accounts|acceptances|audit|imports|inspection|keys|known-answers|mailbox|members|remembered-uploads|sessions|sources|teams|uploads|versions)|app\/(confirm-dialog|csv-button|form-dialog|more|navigation|operation-progress|shell|use-followed-job|use-rate|work-dialog)|ui\/(dialog|moment-field|progress|table))\./;

const PARTS = /console\/src\/(api|app|labeling|text|ui)\/(?!markdown)|node_modules\/lucide-react\//;

/** What pages share would be fifty files of a few hundred bytes, and a browser asks for six at a time. */
const TOGETHER = [
  // Nothing that comes later waits for a style sheet: Vite asks for one only once, also without a network.
  { name: "styles", test: /console\/src\/(?!reference\/).*\.css$/, priority: 3 },
  {
    name: "libraries",
    test: /node_modules\/(react|react-dom|react-intl|scheduler|openapi-fetch|@tanstack|@formatjs|@radix-ui|radix-ui)\//,
    minShareCount: 2,
    priority: 2,
  },
  {
    name: "parts",
    test: (id: string) => PARTS.test(id) && !OTHER_PAGES.test(id),
    minShareCount: 2,
    priority: 1,
  },
  { name: "others", test: OTHER_PAGES, minShareCount: 2 },
  { name: "desk", test: /console\/src\/pages\/labeling\//, minShareCount: 2 },
];

export default defineConfig({
  plugins: [react()],
  // The original writes a <style> element, which the Content-Security-Policy forbids.
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname, "react-remove-scroll": scrollLock } },
  // Compresses better than a hash. The names of the files are unique (styles/names.test.ts).
  css: { modules: { generateScopedName: (name, file) => `${basename(file, ".module.css")}-${name}` } },
  build: {
    outDir: built,
    emptyOutDir: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The API reference is an entry of its own: the console's pages carry nothing of it.
    rolldownOptions: {
      input: ["index.html", "reference.html"].map((page) => new URL(page, import.meta.url).pathname),
      output: { codeSplitting: { groups: TOGETHER } },
    },
  },
  server: { proxy: { "/api": gateway, "/.well-known": gateway } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], css: false },
});
