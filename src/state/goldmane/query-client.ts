import { QueryClient } from '@tanstack/react-query'

/** The cache of Goldmane's bounded answers. Handed to each hook, so that only what asks loads the library. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, structuralSharing: false } },
})
