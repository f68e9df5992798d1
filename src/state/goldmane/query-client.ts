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

/** Asks again what failed, as for want of a login. */
export function repeatFailedQueries(): void {
  void queryClient.resetQueries({ predicate: ({ state }) => state.status === 'error' })
}

/** Forgets all answers, which were one user's. */
export function forgetAnswers(): void {
  queryClient.clear()
}
