/** Label names in a pasted text: one a line, or separated by commas; repeated ones once. */
export function labelsIn(pasted: string): string[] {
  const names = pasted.split(/[\n,;\t，、]/).map((name) => name.trim().normalize("NFC"));
  return [...new Set(names.filter(Boolean))];
}
