/** Field names as they are typed: the field that a name means, and for an unknown name the reason and a suggestion. */
import { type Field, fieldNamed, FIELDS } from '../../flows/field.ts'
import { nearest } from './edit-distance.ts'

/** A field with the label's key where the name has one. */
export interface NamedField {
  readonly field: Field
  /** The label's key, for label fields only; empty when the name ends at the dot. */
  readonly label?: string
}

/** The field of a typed name; undefined for an unknown one. A label's key follows its field: `src.label.app.kubernetes.io/name`. */
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
const NO_TIME =
  'The time range is chosen in the timeline. How long ago a flow was last seen is asked by seen, as seen < 5m.'
const NO_LAYER_7 = 'Flows carry nothing above ports: no DNS names, no HTTP.'
/** Names that other viewers have, and that Goldmane does not record (goldmane/proto/api.proto) or calls otherwise. */
const ELSEWHERE: ReadonlyMap<string, { readonly message: string; readonly suggestion?: string }> = new Map([
  ...['ip', 'src.ip', 'dst.ip', 'source.ip', 'dest.ip', 'destination.ip', 'address', 'cidr'].map(
    (name) => [name, { message: NO_ADDRESS }] as const,
  ),
  ...['http', 'method', 'path', 'url', 'dns', 'fqdn', 'domain', 'http.status'].map(
    (name) => [name, { message: NO_LAYER_7 }] as const,
  ),
  ...['time', 'start', 'end', 'since', 'until', 'when', 'date', 'last'].map(
    (name) => [name, { message: NO_TIME }] as const,
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

/** The error message for an unknown field name, and the field that is probably meant. */
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
