/** The name after `before`: its last number one higher, as wide as it was. */
export function nextName(before: string | undefined): string {
  if (before === undefined) return "V001";
  const found = /^(.*?)(\d+)(\D*)$/.exec(before);
  if (!found) return "";
  const [, start = "", digits = "", end = ""] = found;
  return `${start}${String(BigInt(digits) + 1n).padStart(digits.length, "0")}${end}`;
}
