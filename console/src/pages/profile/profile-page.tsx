/** One's own account: name, password, preferences, API keys, and where one is signed in. */
import type { ReactNode } from "react";
import { PageHeader } from "@/app/page-header";
import { useMe } from "@/app/session";
import { type TextKey, useText } from "@/text/text";
import { ApiKeys } from "./api-keys";
import { NameForm, PasswordForm } from "./identity";
import { PreferencesForm } from "./preferences-form";
import styles from "./profile.module.css";
import { Sessions } from "./sessions";

export function ProfilePage() {
  const text = useText();
  const me = useMe();
  return (
    <>
      <PageHeader title={text("profile.title")} about={`${me.email} · ${text(`accounts.role.${me.role}`)}`} />
      <div className={styles.page}>
        <Section title="profile.name">
          <NameForm />
        </Section>
        <Section title="profile.preferences" about="profile.preferencesAbout">
          <PreferencesForm />
        </Section>
        <Section title="profile.password" about="profile.passwordAbout">
          <PasswordForm />
        </Section>
        <Section title="keys.api.title" about="keys.api.about" wide>
          <ApiKeys />
        </Section>
        <Section title="sessions.title" about="sessions.about" wide>
          <Sessions />
        </Section>
      </div>
    </>
  );
}

interface SectionProps {
  title: TextKey;
  about?: TextKey;
  wide?: boolean;
  children: ReactNode;
}

function Section({ title, about, wide = false, children }: SectionProps) {
  const text = useText();
  return (
    <section className={wide ? styles.wide : styles.section} aria-label={text(title)}>
      <div className={styles.head}>
        <h2>{text(title)}</h2>
        {about ? <p>{text(about)}</p> : null}
      </div>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
