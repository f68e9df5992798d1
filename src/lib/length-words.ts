/** "45 s", "30 min", "1 h 30 min", "2 d": a length without rounding it away. */
export function lengthWords(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  let left = Math.max(0, Math.round(seconds))
  const words: string[] = []
  for (const [length, unit] of units) {
    const count = Math.floor(left / length)
    left -= count * length
    if (count > 0 && words.length < 2) words.push(`${count} ${unit}`)
  }
  return words.length === 0 ? '0 s' : words.join(' ')
}
