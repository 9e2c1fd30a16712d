/** Asks for the sign-in again, over the page where it ended. */
import { Providers } from "@/pages/sign-in/providers";
import { SignInForm } from "@/pages/sign-in/sign-in-form";
import { useText } from "@/text/text";
import { Dialog } from "@/ui/dialog";

interface Props {
  email: string;
  onSignedIn: () => Promise<void>;
  onClose: () => void;
}

export function SignInAgain({ email, onSignedIn, onClose }: Props) {
  const text = useText();
  return (
    <Dialog title={text("session.ended")} about={text("session.endedAbout")} onClose={onClose}>
      <SignInForm email={email} onSignedIn={onSignedIn} />
      <Providers next={window.location.pathname + window.location.search} />
    </Dialog>
  );
}
