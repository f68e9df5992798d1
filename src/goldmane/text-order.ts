/** Ascending, by UTF-16 code units: for the ASCII of Kubernetes names the same as upstream's bytes. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
