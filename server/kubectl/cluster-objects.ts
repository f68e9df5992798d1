/** Reads what leads to Goldmane from the cluster's API: its Service, its CA, and a certificate for a client. */
import * as z from 'zod/mini'
import { accessError, ClusterAccessError, grantCommands, quoted, type Right } from './access-error.ts'
import { type KeyPair, LIFETIME_HOURS, signClientCertificate, SigningError } from './client-certificate.ts'
import type { Kubectl } from './kubectl.ts'
import { KubectlFailure } from './kubectl-failure.ts'

/** The operator's namespace, which has the key of its CA. */
const OPERATOR_NAMESPACE = 'tigera-operator'
/** Public certificates, the same in both: tigera/operator pkg/render/goldmane/component.go, whisker/component.go. */
const CA_BUNDLES = ['goldmane-ca-bundle', 'whisker-ca-bundle'] as const
const CA_KEYS = ['tigera-ca-bundle.crt', 'ca.crt'] as const
const CA_SECRET = 'tigera-ca-private'
const WHISKER_SECRET = 'whisker-backend-key-pair'

/** Turns Goldmane on where the operator knows it. */
const CREATE_GOLDMANE = `echo '{"apiVersion":"operator.tigera.io/v1","kind":"Goldmane","metadata":{"name":"default"}}' | kubectl apply -f -`

const objectSchema = z.object({ data: z.optional(z.record(z.string(), z.string())) })

export interface ClusterPlace {
  readonly kubectl: Kubectl
  /** The name of the context, for sentences. */
  readonly context: string
  /** Goldmane's namespace. */
  readonly namespace: string
  readonly signal: AbortSignal
}

export interface ClientCertificate extends KeyPair {
  /** How it was got, as a sentence for the terminal. */
  readonly origin: string
}

/** Throws {@link ClusterAccessError} unless the Service of Goldmane is there and may be read. */
export async function findGoldmane(place: ClusterPlace): Promise<void> {
  const { kubectl, context, namespace, signal } = place
  const right: Right = {
    act: 'read the Service goldmane',
    namespace,
    verb: 'get',
    resource: 'services',
    object: 'goldmane',
  }
  try {
    await kubectl.run(['get', 'service', 'goldmane', '-n', namespace, '-o', 'name'], signal)
  } catch (error) {
    if (!(error instanceof KubectlFailure && error.problem === 'not-found'))
      throw accessError(error, right, context)
    throw await whyNoGoldmane(place)
  }
}

async function whyNoGoldmane({ kubectl, context, namespace, signal }: ClusterPlace) {
  try {
    await kubectl.run(['get', 'goldmanes.operator.tigera.io', 'default', '-o', 'name'], signal)
  } catch (error) {
    const problem = error instanceof KubectlFailure ? error.problem : null
    if (problem === 'no-such-type') {
      return new ClusterAccessError(
        `The cluster of ${context} cannot have a Goldmane: that takes Calico 3.30 or newer, installed by its operator or by Helm; an installation from the plain manifests has none`,
      )
    }
    if (problem === 'not-found') {
      return new ClusterAccessError(
        `Goldmane is not turned on in the cluster of ${context}; an administrator turns it on so`,
        [CREATE_GOLDMANE],
      )
    }
  }
  return new ClusterAccessError(
    `There is no Service goldmane in the namespace ${namespace} of ${context}; --namespace names another one`,
    [`kubectl --context ${quoted(context)} get services --all-namespaces`],
  )
}

/** The PEM certificates that have signed Goldmane's. Throws {@link ClusterAccessError}. */
export async function fetchAuthorities({
  kubectl,
  context,
  namespace,
  signal,
}: ClusterPlace): Promise<string> {
  const refusals: unknown[] = []
  for (const object of CA_BUNDLES) {
    try {
      const data = await readData(kubectl, 'configmap', object, namespace, signal)
      const pem = CA_KEYS.map((key) => data[key]).find((text) => text?.includes('-----BEGIN CERTIFICATE'))
      if (pem !== undefined) return pem
    } catch (error) {
      const act = `read the ConfigMap ${object}`
      const refusal = accessError(
        error,
        { act, namespace, verb: 'get', resource: 'configmaps', object },
        context,
      )
      if (!isMissingOrForbidden(error)) throw refusal
      if (error.problem === 'forbidden') refusals.push(refusal)
    }
  }
  // A bundle that may not be read may be there, and one of them is enough.
  if (refusals.length > 0) throw refusals[0]
  throw new ClusterAccessError(
    `The namespace ${namespace} of ${context} has neither ConfigMap ${CA_BUNDLES.join(' nor ')} with the CA of Goldmane’s certificate`,
  )
}

/**
 * A certificate that Goldmane accepts: signed for this run where the user may read the operator's CA, otherwise that of
 * Whisker. Throws {@link ClusterAccessError} when the user may read neither.
 */
export async function fetchClientCertificate(place: ClusterPlace, now: number): Promise<ClientCertificate> {
  const { context, namespace } = place
  const authority = await readKeyPair(place, CA_SECRET, OPERATOR_NAMESPACE)
  let notSigned = `the Secret ${CA_SECRET} in ${OPERATOR_NAMESPACE} ${authority.missing ?? ''}`
  if (authority.pair !== null) {
    try {
      return {
        ...(await signClientCertificate(authority.pair, now)),
        origin: `Signed a client certificate for this run with the operator’s CA; it is valid for ${LIFETIME_HOURS} hours and kept in memory alone.`,
      }
    } catch (error) {
      if (!(error instanceof SigningError)) throw error
      notSigned = error.message.replace(/^The/, 'the')
    }
  }
  const whisker = await readKeyPair(place, WHISKER_SECRET, namespace)
  if (whisker.pair !== null) {
    return {
      ...whisker.pair,
      origin: `Using Whisker’s client certificate, because ${notSigned}; it is kept in memory alone.`,
    }
  }
  const right: Right = {
    act: `read the Secret ${WHISKER_SECRET}`,
    namespace,
    verb: 'get',
    resource: 'secrets',
    object: WHISKER_SECRET,
  }
  throw new ClusterAccessError(
    `Goldmane of ${context} asks for a client certificate, and there is none for you: ${notSigned}, and the Secret ${WHISKER_SECRET} in ${namespace} ${whisker.missing}; an administrator lets you use Whisker’s so`,
    grantCommands(right, whisker.user ?? authority.user),
  )
}

interface ReadKeyPair {
  readonly pair: KeyPair | null
  /** Why there is none, after the name of the Secret. */
  readonly missing: string | null
  readonly user: string | null
}

async function readKeyPair(
  { kubectl, context, signal }: ClusterPlace,
  object: string,
  namespace: string,
): Promise<ReadKeyPair> {
  try {
    const data = await readData(kubectl, 'secret', object, namespace, signal)
    const [cert, key] = ['tls.crt', 'tls.key'].map((name) => fromBase64(data[name]))
    if (cert?.includes('-----BEGIN CERTIFICATE') && key?.includes('PRIVATE KEY-----'))
      return { pair: { cert, key }, missing: null, user: null }
    return { pair: null, missing: 'has no certificate with its key', user: null }
  } catch (error) {
    const right: Right = {
      act: `read the Secret ${object}`,
      namespace,
      verb: 'get',
      resource: 'secrets',
      object,
    }
    if (!isMissingOrForbidden(error)) throw accessError(error, right, context)
    const { problem, user } = error
    return {
      pair: null,
      missing: problem === 'forbidden' ? 'is not yours to read' : 'does not exist',
      user,
    }
  }
}

function isMissingOrForbidden(error: unknown): error is KubectlFailure {
  return error instanceof KubectlFailure && (error.problem === 'not-found' || error.problem === 'forbidden')
}

async function readData(
  kubectl: Kubectl,
  kind: 'configmap' | 'secret',
  name: string,
  namespace: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const text = await kubectl.run(['get', kind, name, '-n', namespace, '-o', 'json'], signal)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const parsed = objectSchema.safeParse(json)
  if (parsed.success) return parsed.data.data ?? {}
  // Never with what was read: it may be a key.
  throw new KubectlFailure('other', `the ${kind} ${name} is not what it should be`)
}

function fromBase64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8')
}
