import { QueryClient } from '@tanstack/react-query'

/** The cache of Goldmane's bounded answers. Passed to each hook, so that the first paint does not load the library. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, structuralSharing: false } },
})
