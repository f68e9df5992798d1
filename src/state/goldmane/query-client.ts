import { QueryCache, QueryClient } from '@tanstack/react-query'

import { toTrouble } from '../../source/trouble.ts'
import { askForLogin } from '../session/login-state.ts'

/** The cache of Goldmane's bounded answers. Passed to each hook, so that the first paint does not load the library. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (toTrouble(error).kind === 'login') askForLogin('refused')
    },
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, structuralSharing: false } },
})

/** Milliseconds after which an answer is asked for again that failed and may be there soon. */
const AGAIN_MS = 15_000

/** For `refetchInterval`: an answer that came is not asked for again, nor one that a retry does not bring. */
export function againAfterTrouble({ state: { error } }: { state: { error: unknown } }): number | false {
  return error !== null && toTrouble(error).retry ? AGAIN_MS : false
}

/** Asks again what failed, as for want of a login. */
export function repeatFailedQueries(): void {
  void queryClient.resetQueries({ predicate: ({ state }) => state.status === 'error' })
}

/** Forgets all answers, which were one user's. */
export function forgetAnswers(): void {
  queryClient.clear()
}
