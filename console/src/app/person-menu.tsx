import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { BookOpenText, ChevronsUpDown, CircleUserRound, LogOut } from "lucide-react";
import { signOut } from "@/api/me";
import { type Language, useText } from "@/text/text";
import { Menu, MenuChoice, MenuItem, MenuLine } from "@/ui/menu";
import { MiddleText } from "@/ui/middle-text";
import { useChoosePreferences } from "./account-preferences";
import { toastFault } from "./fault";
import styles from "./person-menu.module.css";
import { type Theme, usePreferences } from "./preferences";
import { useMe } from "./session";

const LANGUAGE_NAMES: readonly { value: Language; label: string }[] = [
  { value: "en", label: "English" },
  { value: "zh", label: "中文" },
];

export function PersonMenu({ compact = false }: { compact?: boolean }) {
  const text = useText();
  const me = useMe();
  const { theme, language } = usePreferences();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const choose = useChoosePreferences();
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      toastFault(error, text);
      return;
    }
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  const themes: { value: Theme; label: string }[] = [
    { value: "system", label: text("theme.system") },
    { value: "light", label: text("theme.light") },
    { value: "dark", label: text("theme.dark") },
  ];
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={compact ? styles.compact : styles.person}
          // The name can be read on the wide one.
          {...(compact ? { "aria-label": text("shell.you", { name: me.name }) } : {})}
        >
          <span className={styles.initial} aria-hidden>
            {[...(me.name || me.email)][0]?.toUpperCase()}
          </span>
          {compact ? null : (
            <>
              <span className={styles.name}>
                <MiddleText>{me.name || me.email}</MiddleText>
              </span>
              <ChevronsUpDown aria-hidden />
            </>
          )}
        </button>
      }
    >
      <MenuChoice
        label={text("theme.title")}
        value={theme}
        options={themes}
        onChange={(chosen) => choose({ theme: chosen })}
      />
      <MenuLine />
      <MenuChoice
        label={text("language.title")}
        value={language}
        options={LANGUAGE_NAMES}
        onChange={(chosen) => choose({ language: chosen })}
      />
      <MenuLine />
      <MenuItem icon={<CircleUserRound aria-hidden />} onSelect={() => void navigate({ to: "/profile" })}>
        {text("profile.title")}
      </MenuItem>
      <MenuItem icon={<BookOpenText aria-hidden />} onSelect={() => window.open("/api/v1/docs", "_blank", "noopener")}>
        {text("shell.reference")}
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void leave()}>
        {text("session.signOut")}
      </MenuItem>
    </Menu>
  );
}
