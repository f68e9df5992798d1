/** Compares by UTF-16 code units. For the ASCII names of Kubernetes that is upstream's order by bytes. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
