/** Whether a value read from JSON is a text of at least one character and at most `maxChars`. */
export function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars
}
