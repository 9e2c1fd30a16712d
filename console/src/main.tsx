import "./styles/order";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { askAhead } from "./app/ahead";
import { applyTheme } from "./app/preferences";
import { createQueries, Providers } from "./app/providers";
import { createConsoleRouter } from "./app/router";

applyTheme();
const queries = createQueries();
const router = createConsoleRouter(queries);
askAhead(router, queries);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no root");

createRoot(root).render(
  <StrictMode>
    <Providers queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
