import ReactMarkdown from "react-markdown";
import styles from "./markdown.module.css";

/** Markdown of people: HTML in it is shown as text, and pictures of other hosts are not loaded. */
export function Markdown({ children }: { children: string }) {
  return (
    <div className={styles.markdown} dir="auto">
      <ReactMarkdown
        disallowedElements={["img"]}
        components={{
          a: ({ href, children: text }) => (
            <a href={href} target="_blank" rel="noopener noreferrer">
              {text}
            </a>
          ),
        }}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
