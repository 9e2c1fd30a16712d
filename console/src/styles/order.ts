/** The order of the style sheets: pages come last, so that they can change what their parts look like. */
import "./tokens.css";
import "./base.css";
import "./of-ui";
import "./of-app";
