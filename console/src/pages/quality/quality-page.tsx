/** Quality: how far annotators agree with each other, with what is known to be right, and with the consensus. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { jobQuery } from "@/api/jobs";
import { peopleQuery } from "@/api/people";
import { CONSENSUS, type Consensus, type Quality, qualityAsCsv, qualityQuery } from "@/api/quality";
import { CsvButton } from "@/app/csv-button";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import pageStyles from "@/app/page.module.css";
import overviewStyles from "@/pages/overview/overview.module.css";
import { useText } from "@/text/text";
import { Select } from "@/ui/field";
import { Agreement } from "./agreement";
import { Annotators } from "./annotators";
import { Confusions } from "./confusions";
import { Pairs } from "./pairs";
import { validateQualitySearch } from "./search";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/quality");

export function QualityPage() {
  const text = useText();
  const { jobId } = route.useParams();
  const { consensus = "majority" } = validateQualitySearch(route.useSearch());
  const navigate = route.useNavigate();
  const job = useQuery(jobQuery(jobId));
  const quality = useQuery({ ...qualityQuery(jobId, consensus), placeholderData: keepPreviousData });
  return (
    <>
      {job.data ? (
        <JobHeader
          job={job.data}
          actions={<CsvButton name={`quality-${job.data.name}`} read={() => qualityAsCsv(jobId, consensus)} />}
        />
      ) : null}
      <div className={overviewStyles.page}>
        <div className={pageStyles.bar}>
          <label className={pageStyles.named} htmlFor="consensus">
            {text("quality.consensus")}
            <Select<Consensus>
              id="consensus"
              className={pageStyles.auto}
              value={consensus}
              onChange={(chosen) =>
                void navigate({ search: chosen === "majority" ? {} : { consensus: chosen }, replace: true })
              }
              options={CONSENSUS.map((each) => ({ value: each, label: text(`quality.consensus.${each}`) }))}
            />
          </label>
          <span className={pageStyles.soft}>{text(`quality.consensus.${consensus}.about`)}</span>
        </div>
        <Fault error={job.error ?? quality.error} retry={() => void quality.refetch()} />
        {quality.data ? <Charts jobId={jobId} quality={quality.data} /> : null}
      </div>
    </>
  );
}

function Charts({ jobId, quality }: { jobId: string; quality: Quality }) {
  const text = useText();
  const { data: people } = useQuery(peopleQuery(jobId));
  const names = new Map(people?.map((person) => [person.id, person.name]));
  const nameOf = (account: string) => names.get(account) ?? text("people.unknown");
  return (
    <>
      <Agreement agreement={quality.agreement} />
      <Annotators annotators={quality.annotators} nameOf={nameOf} />
      <div className={overviewStyles.pair}>
        <Pairs pairs={quality.pairs} nameOf={nameOf} />
        <Confusions confusions={quality.confusions} />
      </div>
    </>
  );
}
