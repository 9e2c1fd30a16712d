import { useQuery } from "@tanstack/react-query";
import { providersQuery } from "@/api/me";
import { useText } from "@/text/text";
import styles from "./sign-in.module.css";

/** Signing in with the organisation's own provider, where the operator has set one up. */
export function Providers({ next }: { next?: string }) {
  const text = useText();
  const providers = useQuery(providersQuery);
  if (!providers.data?.items.length) return null;
  const query = next ? `?${new URLSearchParams({ return_to: next })}` : "";
  return (
    <div className={styles.providers}>
      <p className={styles.or}>{text("signIn.or")}</p>
      {providers.data.items.map((provider) => (
        // It leads to another site, so it is not a link of the router.
        <a key={provider.id} className={styles.provider} href={`${provider.login_url}${query}`}>
          {text("signIn.with", { name: provider.name })}
        </a>
      ))}
    </div>
  );
}
