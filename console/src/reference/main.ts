/** The API reference: the gateway's OpenAPI document in Swagger UI, where each call can be tried. An entry of its own, so that
 * the console carries nothing of it. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "./reference.css";
import "./reference-forms.css";
import { csrfToken } from "@/api/fetching";
import { keptTheme } from "@/app/kept";
import { lowered } from "./lowered";
import { nameParts } from "./naming";
import { plainPaths } from "./plain-paths";
import { withSession } from "./trying";
import { wholeList } from "./whole-list";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function applyTheme(): void {
  const theme = keptTheme();
  document.documentElement.dataset.theme = theme;
  document.documentElement.classList.toggle("dark-mode", theme === "dark" || (theme === "system" && dark.matches));
}

/** Without its cookie there is no session. */
function tellSession(): void {
  const told = document.getElementById("session");
  if (told === null) return;
  told.textContent = csrfToken()
    ? "You are signed in: calls are made as you."
    : "You are not signed in: sign in to the console, or authorize with an access token.";
}

applyTheme();
tellSession();
nameParts(document.getElementById("reference"));
dark.addEventListener("change", applyTheme);
window.addEventListener("storage", applyTheme);
window.addEventListener("focus", tellSession);

async function readDocument() {
  const answer = await fetch("/api/v1/openapi.json");
  if (!answer.ok) throw new Error(`The gateway answered ${answer.status}.`);
  return lowered(await answer.json());
}

function show(spec: object): void {
  SwaggerUI({
    dom_id: "#reference",
    spec,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 2,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    persistAuthorization: false,
    plugins: [plainPaths, wholeList],
    requestInterceptor: withSession,
    requestSnippetsEnabled: false,
    syntaxHighlight: { theme: "tomorrow-night" },
    tryItOutEnabled: true,
    validatorUrl: null,
  });
}

readDocument().then(show, (error: Error) => {
  const told = document.getElementById("reference");
  if (told)
    told.textContent = `The description of the API could not be read. ${error.message} Reload the page to try again.`;
});
