/** Parts of the labeling page that its first sight does without. They are loaded when they are wanted, or soon after the page. */
import { Suspense } from "react";
import type { Job } from "@/api/jobs";
import { patient } from "@/ui/patient";

const loadFocus = () => import("./focus-view").then((module) => ({ default: module.FocusView }));
const loadBrush = () => import("./brush-bar").then((module) => ({ default: module.BrushBar }));
const loadConflicts = () => import("./conflicts").then((module) => ({ default: module.Conflicts }));
const loadNothing = () => import("./nothing-here").then((module) => ({ default: module.NothingHere }));
const loadCriteria = () => import("./criteria").then((module) => ({ default: module.Criteria }));
const loadPast = () => import("./past").then((module) => ({ default: module.Past }));
const loadReview = () => import("./review-panel").then((module) => ({ default: module.ReviewPanel }));
const loadKnown = () => import("./known-answers").then((module) => ({ default: module.KnownAnswers }));
const loadQueue = () => import("./queue-bar").then((module) => ({ default: module.QueueBar }));

export const LATER = [loadFocus, loadBrush, loadConflicts, loadNothing, loadCriteria, loadPast, loadReview];

const Parts = {
  focus: patient(loadFocus),
  brush: patient(loadBrush),
  conflicts: patient(loadConflicts),
  nothing: patient(loadNothing),
  criteria: patient(loadCriteria),
  past: patient(loadPast),
};
const JobParts = { review: patient(loadReview), known: patient(loadKnown), queue: patient(loadQueue) };

export function Later({ part }: { part: keyof typeof Parts }) {
  const Part = Parts[part];
  return (
    <Suspense>
      <Part />
    </Suspense>
  );
}

export function LaterOfJob({ part, job }: { part: keyof typeof JobParts; job: Job }) {
  const Part = JobParts[part];
  return (
    <Suspense>
      <Part job={job} />
    </Suspense>
  );
}
