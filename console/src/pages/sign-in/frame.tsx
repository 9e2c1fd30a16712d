import type { ReactNode } from "react";
import { useTitle } from "@/app/title";
import styles from "./sign-in.module.css";

/** The card on which one signs in, resets a password or accepts an invitation. */
export function Frame({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/favicon.svg" alt="" width={36} height={36} />
        <h1 className={styles.title}>{title}</h1>
        {about ? <p className={styles.about}>{about}</p> : null}
        {children}
      </div>
    </main>
  );
}
