/** Why a provider did not sign somebody in, in words: the server leads the browser back with the problem's code. */
import type { TextKey } from "@/text/text";

const WORDS: Record<string, TextKey> = {
  "provider-state-invalid": "signIn.problem.state",
  "provider-refused": "signIn.problem.refused",
  "provider-answer-invalid": "signIn.problem.answer",
  "provider-unavailable": "signIn.problem.unavailable",
  "provider-email-unverified": "signIn.problem.unverified",
  "provider-not-allowed": "signIn.problem.notAllowed",
  "too-many-attempts": "signIn.problem.tooMany",
};

/** The key of its words; of a code that is not known, those that fit all. */
export function wordsOf(problem: string): TextKey {
  return Object.hasOwn(WORDS, problem) ? (WORDS[problem] ?? "signIn.problem.other") : "signIn.problem.other";
}
