/**
 * Asks the gateway's `policies.json` for the policies of a cluster, with the times in which each version was in force. A part
 * that is not valid is a fault, and the rest is taken.
 */
import * as z from 'zod/mini'
import {
  EARLIER_VERSIONS,
  POLICY_KIND_STATES,
  type ServedPolicies,
  type ServedPolicyDocument,
  type ServedPolicyKind,
  VERSION_BASES,
} from '../wire/served-policies.ts'
import { fetchResponse, HttpError } from './network.ts'

const MAX_DOCUMENTS = 200_000
const MAX_NAME_CHARS = 1000
/** Of all texts together; the gateway keeps half of it. */
const MAX_TEXT_CHARS = 64 << 20

export interface ClusterPolicies extends ServedPolicies {
  /** What of the answer was left out because it is not valid: sentences with the place in the answer. */
  readonly faults: readonly string[]
}

/** The answer as a whole is not one. The message is a sentence without a full stop. */
export class ClusterPoliciesError extends Error {
  override readonly name = 'ClusterPoliciesError'
}

const time = z.nullable(z.number())
const kindSchema = z.object({
  kind: z.string().check(z.minLength(1), z.maxLength(MAX_NAME_CHARS)),
  state: z.enum(POLICY_KIND_STATES),
  why: z.nullable(z.string()),
})
const documentSchema = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(MAX_NAME_CHARS)),
  text: z.string(),
  from: time,
  until: time,
  basis: z.enum(VERSION_BASES),
  earlier: z.enum(EARLIER_VERSIONS),
})
const count = z.int().check(z.minimum(0))
const answerSchema = z.object({
  revision: z.string().check(z.regex(/^[\w-]{1,100}$/)),
  origin: z.enum(['kubernetes', 'files']),
  since: time,
  kinds: z.array(z.unknown()).check(z.maxLength(1000)),
  documents: z.array(z.unknown()).check(z.maxLength(MAX_DOCUMENTS)),
  omitted: z.object({ objects: count, versions: count }),
})

/** Parses an answer. Throws {@link ClusterPoliciesError} for what is none. */
export function parseClusterPolicies(json: unknown): ClusterPolicies {
  const { success, data, error } = answerSchema.safeParse(json)
  if (!success) throw new ClusterPoliciesError(`policies.json cannot be used: ${placeOf(error, '')}`)
  const faults: string[] = []
  const kinds: readonly ServedPolicyKind[] = validOf(data.kinds, 'kinds', kindSchema, faults)
  const valid: readonly ServedPolicyDocument[] = validOf(data.documents, 'documents', documentSchema, faults)
  const names = new Set<string>()
  let chars = 0
  const documents = valid.filter(({ name, text, from, until }) => {
    chars += text.length
    if (names.has(name)) faults.push(`There are two documents ${name}`)
    else if (from !== null && until !== null && until < from) faults.push(`${name} ends before it begins`)
    else if (chars > MAX_TEXT_CHARS) faults.push(`${name} is more than can be read`)
    else return names.add(name)
    return false
  })
  return { ...data, kinds, documents, faults }
}

/**
 * The policies at an address of `config.json`; null when they are still those of the revision. Throws NetworkError,
 * HttpError, {@link ClusterPoliciesError}, or the signal's reason after an abort.
 */
export async function fetchClusterPolicies(
  url: string,
  revision: string | null,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<ClusterPolicies | null> {
  const headers = revision === null ? {} : { 'if-none-match': `"${revision}"` }
  const response = await fetchResponse(fetcher, url, { signal, cache: 'no-store', headers })
  if (response.status === 304) return null
  if (!response.ok) throw new HttpError(response.status, url)
  let json: unknown
  try {
    json = await response.json()
  } catch (error) {
    signal.throwIfAborted()
    throw new ClusterPoliciesError('policies.json is not JSON', { cause: error })
  }
  return parseClusterPolicies(json)
}

function validOf<T>(
  values: readonly unknown[],
  member: string,
  schema: z.ZodMiniType<T>,
  faults: string[],
): readonly T[] {
  return values.flatMap((value, i) => {
    const { success, data, error } = schema.safeParse(value)
    if (success) return [data]
    faults.push(placeOf(error, `${member}.${i}`))
    return []
  })
}

function placeOf({ issues }: z.core.$ZodError, before: string): string {
  const [issue] = issues
  const place = [before, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.')
  return `${place === '' ? 'all of it' : place} is not valid`
}
