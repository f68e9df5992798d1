/** The manifests of the demo, each step's with the time in which it is in force. */
import type { PastDemoPolicies } from '../../src/demo/step-history.ts'
import { manifestsOf } from '../../src/demo/step-manifests.ts'
import type { ServedPolicyDocument } from '../../src/wire/served-policies.ts'
import type { PoliciesContent, PolicyReadings, PolicySource } from './policy-source.ts'

export class DemoSource implements PolicySource {
  readonly #policies: PastDemoPolicies
  /** Unix seconds. */
  readonly #startedAt: number

  constructor(policies: PastDemoPolicies, startedAt: number) {
    this.#policies = policies
    this.#startedAt = startedAt
  }

  revision(): Promise<string> {
    return Promise.resolve(this.#policies.changes.map(({ from, step }) => `${from} ${step}`).join(', '))
  }

  /** A demo has nothing that a viewer may not see. */
  contentFor(): PoliciesContent {
    return {
      origin: 'kubernetes',
      since: this.#startedAt,
      kinds: [],
      documents: documentsOf(this.#policies.changes),
      omitted: { objects: 0, versions: 0 },
    }
  }

  get readings(): PolicyReadings {
    const { length } = documentsOf(this.#policies.changes).filter(({ until }) => until === null)
    return { objects: length, lastEventAt: this.#startedAt * 1000, failures: 0 }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function documentsOf(changes: PastDemoPolicies['changes']): readonly ServedPolicyDocument[] {
  return changes.flatMap(({ from, step }, i) => {
    const until = changes[i + 1]?.from ?? null
    const isKnown = Number.isFinite(from)
    // A step may be in force more than once, and names are unique.
    const folder = until === null ? step : `${step} until ${new Date(until * 1000).toISOString()}`
    return manifestsOf(step).map(({ name, text }): ServedPolicyDocument => ({
      name: `${folder}/${name}`,
      text,
      from: isKnown ? from : null,
      until,
      basis: isKnown ? 'seen' : 'assumed',
      earlier: isKnown ? 'held' : 'unknown',
    }))
  })
}
