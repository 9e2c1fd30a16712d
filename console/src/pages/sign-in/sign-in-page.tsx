import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { forgetAskedAhead } from "@/api/items";
import { useText } from "@/text/text";
import { Notice } from "@/ui/notice";
import { Frame } from "./frame";
import { wordsOf } from "./problem";
import { Providers } from "./providers";
import styles from "./sign-in.module.css";
import { SignInForm } from "./sign-in-form";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const text = useText();
  const { next, problem } = route.useSearch();
  const queries = useQueryClient();
  const router = useRouter();
  const goOn = () => {
    queries.clear();
    forgetAskedAhead();
    router.history.push(next ?? "/");
  };
  return (
    <Frame title={text("signIn.title")} about={text("signIn.about")}>
      {problem ? <Notice tone="danger">{text(wordsOf(problem))}</Notice> : null}
      <SignInForm onSignedIn={goOn} />
      <Providers next={next} />
      <p className={styles.aside}>
        <Link to="/password-reset">{text("signIn.forgotten")}</Link>
      </p>
    </Frame>
  );
}
