/** Reads Accept-Encoding, as far as this server can encode. */

/** In the order in which they are preferred: brotli is smaller. */
const ENCODINGS = ['br', 'gzip'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** The encodings of ours that a client takes, the best one first. The weights beyond 0 are not compared. */
export function acceptedEncodings(header: string | string[] | undefined): readonly Encoding[] {
  const weights = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
        const weight = parameters.find((each) => each.startsWith('q='))
        return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const
      }),
  )
  // RFC 9110, section 12.5.3: `*` stands for every encoding that is not named.
  return ENCODINGS.filter((name) => (weights.get(name) ?? weights.get('*') ?? 0) > 0)
}
