/** The audit of the whole platform, for administrators. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { allAccountsQuery } from "@/api/accounts";
import { PageHeader } from "@/app/page-header";
import { useText } from "@/text/text";
import { AUDIT_ACTIONS } from "./action-names";
import { Audit } from "./audit";
import { validateAuditSearch } from "./search";

const route = getRouteApi("/signed-in/pages/audit");

export function AuditPage() {
  const text = useText();
  const navigate = route.useNavigate();
  const wanted = validateAuditSearch(route.useSearch());
  const { data: people = [] } = useQuery(allAccountsQuery);
  return (
    <>
      <PageHeader title={text("audit.title")} about={text("audit.about")} />
      <Audit
        jobId={null}
        wanted={wanted}
        onWant={(search) => void navigate({ search, replace: true })}
        actions={AUDIT_ACTIONS}
        people={people}
      />
    </>
  );
}
