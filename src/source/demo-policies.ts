/** Which step of its story the server's demo shows, and how to choose another: the gateway's route `demo`. */
import * as z from 'zod/mini'
import { download } from './network.ts'

export interface DemoState {
  /** Its name (src/demo/demo-step.ts), or that of a newer server. */
  readonly step: string
  /** Unix seconds: the start of the step's first bucket; null for the step that the demo began with. */
  readonly from: number | null
}

const stateSchema = z.object({
  step: z.string().check(z.maxLength(100)),
  from: z.nullable(z.number()),
})

/**
 * The step that is in force, or comes into force next, of the server at `base`. Throws NetworkError, HttpError, an Error
 * when the answer is not valid, or the signal's reason after an abort. So does {@link chooseDemoStep}.
 */
export async function fetchDemoState(
  base: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<DemoState> {
  return readState(await download(fetcher, addressOf(base), { signal, cache: 'no-store' }))
}

/** Puts a step in force for all viewers of the server, and returns from when on. */
export async function chooseDemoStep(
  base: string,
  step: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<DemoState> {
  const answer = await download(fetcher, addressOf(base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ step }),
    signal,
  })
  return readState(answer)
}

function addressOf(base: string): string {
  return new URL('demo', base).href
}

async function readState(answer: Response): Promise<DemoState> {
  return stateSchema.parse(await answer.json())
}
