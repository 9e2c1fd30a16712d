import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The gateway serves what is built, so it is built into the gateway's package.
const built = new URL("../deploy/gateway/src/labelstream_gateway/console", import.meta.url).pathname;
const gateway = process.env.LABELSTREAM_GATEWAY ?? "http://127.0.0.1:8080";
const scrollLock = new URL("./src/ui/scroll-lock.tsx", import.meta.url).pathname;

export default defineConfig({
  plugins: [react()],
  // The original writes a <style> element, which the Content-Security-Policy forbids.
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname, "react-remove-scroll": scrollLock } },
  build: {
    outDir: built,
    emptyOutDir: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The API reference is an entry of its own: the console's pages carry nothing of it.
    rolldownOptions: { input: ["index.html", "reference.html"].map((page) => new URL(page, import.meta.url).pathname) },
  },
  server: { proxy: { "/api": gateway, "/.well-known": gateway } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], css: false },
});
