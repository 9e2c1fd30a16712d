/** The frame of every page but the labeling page: sections at the side, the person below. */
import { Link, Outlet } from "@tanstack/react-router";
import { useText } from "@/text/text";
import { SECTIONS } from "./navigation";
import { PersonMenu } from "./person-menu";
import { useMe } from "./session";
import styles from "./shell.module.css";

export function Shell() {
  const text = useText();
  const me = useMe();
  const sections = SECTIONS.filter(
    (section) => section.roles === null || (section.roles as readonly string[]).includes(me.role),
  );
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {text("shell.skip")}
      </a>
      <aside className={styles.side}>
        <Link to="/" className={styles.brand}>
          <img src="/favicon.svg" alt="" width={22} height={22} />
          Labelstream
        </Link>
        <nav aria-label={text("shell.sections")} className={styles.sections}>
          {sections.map(({ to, label, icon: Icon, exact }) => (
            <Link key={to} to={to} activeOptions={{ exact, includeSearch: false }} className={styles.section}>
              <Icon aria-hidden />
              {text(label)}
            </Link>
          ))}
        </nav>
        <PersonMenu />
      </aside>
      <main id="content" tabIndex={-1} className={styles.content}>
        <Outlet />
      </main>
    </div>
  );
}
