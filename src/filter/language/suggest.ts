/** What somebody probably meant, and why some questions have no answer in a flow. */
import { type Field, fieldNamed, FIELDS } from '../../flows/field.ts'

/** Longer words are not worth comparing. */
const MAX_COMPARED_CHARS = 40

/** Edits (a letter more, less, other, or two swapped) from one word to another. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY
      row.push(Math.min(replaced, swapped, (row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1))
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** The candidate that is few edits away, or else the first that begins like it; undefined when none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase()
  if (wanted === '' || wanted.length > MAX_COMPARED_CHARS) return undefined
  let best: string | undefined
  let bound = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (best === undefined ? distance <= bound : distance < bound) {
      best = candidate
      bound = distance
    }
  }
  const beginning = candidates.find((candidate) => candidate.toLowerCase().startsWith(wanted))
  return best !== undefined && bound <= 1 ? best : (beginning ?? best)
}

export interface NamedField {
  readonly field: Field
  /** The key, for a label field that names one. */
  readonly label?: string
}

/** The field that a typed name means, with the key that follows a label field: `src.label.app.kubernetes.io/name`. */
export function namedField(typed: string): NamedField | undefined {
  const whole = fieldNamed(typed)
  if (whole !== undefined) return { field: whole }
  for (let dot = typed.indexOf('.'); dot >= 0; dot = typed.indexOf('.', dot + 1)) {
    const field = fieldNamed(typed.slice(0, dot))
    if (field?.type === 'label') return { field, label: typed.slice(dot + 1) }
  }
  return undefined
}

const NO_ADDRESS = 'Flows carry no IP addresses. Ask by name, namespace, label or network set.'
const NO_LAYER_7 = 'Flows carry nothing above ports: no DNS names, no HTTP.'
/** What other viewers have and Goldmane does not record (goldmane/proto/api.proto), or calls by another name. */
const ELSEWHERE: ReadonlyMap<string, { readonly message: string; readonly suggestion?: string }> = new Map([
  ...['ip', 'src.ip', 'dst.ip', 'source.ip', 'dest.ip', 'destination.ip', 'address', 'cidr'].map(
    (name) => [name, { message: NO_ADDRESS }] as const,
  ),
  ...['http', 'method', 'path', 'url', 'dns', 'fqdn', 'domain', 'http.status'].map(
    (name) => [name, { message: NO_LAYER_7 }] as const,
  ),
  ...['src.port', 'source.port', 'sport'].map(
    (name) => [name, { message: 'Flows carry no source port. port is the destination port.' }] as const,
  ),
  ['node', { message: 'Flows carry no node names. A host that is an endpoint is found by name.' }],
  ['pod', { message: 'A pod is found by name.', suggestion: 'name' }],
  ['src.pod', { message: 'A pod is found by name.', suggestion: 'src.name' }],
  ['dst.pod', { message: 'A pod is found by name.', suggestion: 'dst.name' }],
  ['direction', { message: 'The direction is who reported it.', suggestion: 'reporter' }],
])

/** Why a typed name is no field, and the one that it may stand for. */
export function explainUnknownField(typed: string): {
  readonly message: string
  readonly suggestion?: string
} {
  const known = ELSEWHERE.get(typed.toLowerCase())
  if (known !== undefined) return known
  const message = `There is no field ${typed}.`
  const [, head = typed, key] = /^(.*?labels?)\.(.+)$/i.exec(typed) ?? []
  const fields = key === undefined ? FIELDS : FIELDS.filter(({ type }) => type === 'label')
  const name = nearest(
    head,
    fields.flatMap((field) => [[field.id], field.aliases].flat()),
  )
  const meant = name === undefined ? undefined : fieldNamed(name)
  if (meant === undefined) return { message }
  return { message, suggestion: key === undefined ? meant.id : `${meant.id}.${key}` }
}
