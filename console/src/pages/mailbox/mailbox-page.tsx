/** The mailbox: what would have been sent by e-mail, on a platform without a mail server. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";
import { type LetterSummary, letterQuery, mailboxQuery } from "@/api/mailbox";
import { Problem } from "@/api/problems";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useText } from "@/text/text";
import { Dialog } from "@/ui/dialog";
import { Empty } from "@/ui/empty";
import { MiddleText } from "@/ui/middle-text";
import { Table } from "@/ui/table";
import { When } from "@/ui/when";
import letterStyles from "./mailbox.module.css";
import { pieces } from "./pieces";

export function MailboxPage() {
  const text = useText();
  const letters = useInfiniteQuery(mailboxQuery);
  const [open, setOpen] = useState<LetterSummary | null>(null);
  const rows = letters.data?.pages.flatMap((page) => page.items) ?? [];
  const isSentForReal = letters.error instanceof Problem && letters.error.code === "mailbox-not-there";
  return (
    <>
      <PageHeader title={text("nav.mailbox")} about={text("mailbox.about")} />
      <div className={styles.page}>
        {isSentForReal ? (
          <Empty icon={<Mail aria-hidden />} title={text("mailbox.notThere")}>
            {text("mailbox.notThereAbout")}
          </Empty>
        ) : (
          <Fault error={letters.error} retry={() => void letters.refetch()} />
        )}
        {rows.length > 0 ? (
          <Table label={text("nav.mailbox")}>
            <thead>
              <tr>
                <th>{text("mailbox.to")}</th>
                <th>{text("mailbox.subject")}</th>
                <th>{text("mailbox.posted")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((letter) => (
                <tr key={letter.id}>
                  <td>
                    <span className={styles.short}>
                      <MiddleText>{letter.to}</MiddleText>
                    </span>
                  </td>
                  <td>
                    <button type="button" className={letterStyles.open} dir="auto" onClick={() => setOpen(letter)}>
                      {letter.subject}
                    </button>
                  </td>
                  <td className={styles.day}>
                    <When at={letter.posted_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        ) : null}
        {letters.isSuccess && rows.length === 0 ? (
          <Empty icon={<Mail aria-hidden />} title={text("mailbox.none")}>
            {text("mailbox.noneAbout")}
          </Empty>
        ) : null}
        <More query={letters} />
      </div>
      {open ? <LetterDialog summary={open} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function LetterDialog({ summary, onClose }: { summary: LetterSummary; onClose: () => void }) {
  const text = useText();
  const letter = useQuery(letterQuery(summary.id));
  return (
    <Dialog
      title={<bdi>{summary.subject}</bdi>}
      about={text("mailbox.addressed", { to: summary.to })}
      size="medium"
      onClose={onClose}
    >
      <Fault error={letter.error} retry={() => void letter.refetch()} />
      {letter.data ? (
        <div className={letterStyles.text} dir="auto">
          {pieces(letter.data.text).map(({ key, piece, isLink }) =>
            isLink ? (
              <a key={key} href={piece}>
                {piece}
              </a>
            ) : (
              <span key={key}>{piece}</span>
            ),
          )}
        </div>
      ) : null}
    </Dialog>
  );
}
