/** Shortens the names of a row's two ends so that they fit beside each other and stay apart from other names. */

/** An end as it is shown. */
export interface EndName {
  /** Empty for an end without a namespace. */
  readonly namespace: string
  readonly name: string
}

/** The width of a text in pixels; that of a text is the sum of those of its characters. */
export type Measure = (text: string) => number

const ELLIPSIS = '…'
/** A namespace keeps so many characters of its beginning. */
const MIN_NAMESPACE_CHARS = 1
/** A name keeps so many characters, half of them its end. */
const MIN_NAME_CHARS = 8

/** A text with so many of its characters: from the beginning, or from both ends. */
function shorten(chars: readonly string[], kept: number, from: 'beginning' | 'both ends'): string {
  if (kept >= chars.length) return chars.join('')
  if (from === 'beginning') return chars.slice(0, kept).join('') + ELLIPSIS
  const head = Math.ceil(kept / 2)
  return chars.slice(0, head).join('') + ELLIPSIS + chars.slice(chars.length - (kept - head)).join('')
}

interface Part {
  readonly chars: readonly string[]
  readonly from: 'beginning' | 'both ends'
  readonly min: number
  kept: number
}

/** How a text is cut: what stays of it, and the fewest of its characters. */
type Cut = Pick<Part, 'from' | 'min'>

/** Cuts the middle of a name. */
export const NAME_CUT: Cut = { from: 'both ends', min: MIN_NAME_CHARS }

function partOf(text: string, { from, min }: Cut): Part {
  const chars = Array.from(text)
  return { chars, from, min, kept: chars.length }
}

/** Takes a character of the part; the first time two, because the ellipsis takes the place of one. */
function takeOne(part: Part): void {
  const by = part.kept === part.chars.length ? 2 : 1
  part.kept = Math.max(part.min, part.kept - by)
}

function textOf({ chars, kept, from }: Part): string {
  return shorten(chars, kept, from)
}

/** Shortens the longest of the parts, again and again, until `fits` or none can give more. */
function giveWay(parts: readonly Part[], fits: () => boolean): void {
  while (!fits()) {
    // A cut to all but one character would be as long as the text, so such a part gives nothing.
    const able = parts.filter(({ kept, min, chars }) => kept > min && chars.length > min + 1)
    const [first, second] = able
    if (first === undefined) return
    takeOne(second !== undefined && second.kept > first.kept ? second : first)
  }
}

function pathOf({ namespace, name }: EndName): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

/**
 * The names of both ends within `width` pixels, without what stands between them. First the namespaces give way, the
 * longer one first (`kube-sys…/coredns`), then the middle of the names (`ingress-n…ntroller`); the end of a name never
 * does. Where even that does not fit, the shortest form is returned.
 */
export function fitEnds(
  source: EndName,
  destination: EndName,
  width: number,
  measure: Measure,
): readonly [EndName, EndName] {
  if (measure(pathOf(source)) + measure(pathOf(destination)) <= width) return [source, destination]
  const namespaces = [source, destination].map(({ namespace }) =>
    partOf(namespace, { from: 'beginning', min: MIN_NAMESPACE_CHARS }),
  )
  const names = [source, destination].map(({ name }) => partOf(name, NAME_CUT))
  const slashes = [source, destination].reduce(
    (sum, { namespace }) => sum + (namespace === '' ? 0 : measure('/')),
    0,
  )
  const total = () => [...namespaces, ...names].reduce((sum, part) => sum + measure(textOf(part)), slashes)
  const fits = () => total() <= width
  giveWay(namespaces, fits)
  // An end without a namespace is a network or a set, whose name says most when it is whole.
  giveWay(
    names.filter((_, i) => namespaces[i]?.chars.length !== 0),
    fits,
  )
  giveWay(names, fits)
  const [sourceNamespace, destNamespace] = namespaces.map(textOf)
  const [sourceName, destName] = names.map(textOf)
  return [
    { namespace: sourceNamespace ?? '', name: sourceName ?? '' },
    { namespace: destNamespace ?? '', name: destName ?? '' },
  ]
}

/** A text within `width` pixels, its end or its middle left out; the shortest form where that does not fit. */
export function cutToFit(text: string, cut: Cut, width: number, measure: Measure): string {
  if (measure(text) <= width) return text
  const part = partOf(text, cut)
  giveWay([part], () => measure(textOf(part)) <= width)
  return textOf(part)
}
