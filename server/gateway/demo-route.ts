/**
 * The route `demo`: which step of the demo's story is in force, and, by POST, another one. A demo has one cluster, so that
 * a choice counts for all its viewers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DEMO_STEP_NAMES, isDemoStep } from '../../src/demo/demo-step.ts'
import type { DemoPolicies } from '../../src/demo/step-history.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { answerRefusal, Refusal } from '../auth/access-refusal.ts'
import { readJsonBody } from '../auth/json-body.ts'
import { endUnread } from '../auth/session-routes.ts'
import { sendJson, sendText } from '../http/plain-answer.ts'
import type { Log } from '../lib/log.ts'

export const DEMO_PATH = '/demo'

export class DemoRoute {
  readonly #policies: DemoPolicies
  readonly #clock: Clock
  readonly #log: Log

  constructor(policies: DemoPolicies, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#policies = policies
    this.#clock = clock
    this.#log = log
  }

  /** For a viewer who was let in. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method } = request
    if (method === 'GET' || method === 'HEAD') return this.#answerState(response)
    if (method === 'POST') return this.#choose(request, response)
    response.setHeader('allow', 'GET, HEAD, POST')
    sendText(response, 405, 'Only GET, HEAD and POST are served here.')
  }

  async #choose(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJsonBody(request, this.#clock)
    if (body instanceof Refusal) return endUnread(request, response, () => answerRefusal(response, body))
    const { json } = body
    const step = typeof json === 'object' && json !== null && 'step' in json ? json.step : null
    if (!isDemoStep(step)) {
      const say = `The body has to be an object with the member step, one of ${DEMO_STEP_NAMES.join(', ')}.`
      return answerRefusal(response, new Refusal(400, 'malformed body', say))
    }
    this.#policies.choose(step)
    this.#log.info('the demo has other policies', { step })
    this.#answerState(response)
  }

  /** `from`: Unix seconds; null for a step that the demo began with. */
  #answerState(response: ServerResponse): void {
    const { step, from } = this.#policies.newest
    sendJson(response, 200, { step, from: Number.isFinite(from) ? from : null })
  }
}
