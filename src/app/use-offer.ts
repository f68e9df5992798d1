import { useEffect, useRef, useState } from 'react'

import type { Trouble } from '../source/trouble.ts'
import { type Offer, offeredSource, withScope } from '../state/client/flowtrace.ts'
import { type EarlyOffer, loadOffer } from '../state/client/load-source.ts'
import type { StoreClient } from '../state/client/store-client.ts'
import { loginState } from '../state/session/login-state.ts'
import { navigation } from '../state/view/navigation.ts'

/**
 * What the server offers, asked again after each login (`logins` counts them). An equal answer is the same value. The
 * source that the address names of it is opened before React renders the page, which takes about as long as the first
 * records. `early` is the first answer, where it was asked for before React was there.
 */
export function useOffer(
  client: StoreClient,
  logins: number,
  early: EarlyOffer | undefined,
): {
  readonly offer: Offer | null
  readonly trouble: Trouble | null
  readonly retry: () => void
} {
  const [offer, setOffer] = useState<Offer | null>(() =>
    early?.known?.ok === true ? early.known.offer : null,
  )
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [attempt, setAttempt] = useState(0)
  const first = useRef(early?.answer)
  useEffect(() => {
    const abort = new AbortController()
    const loading = first.current ?? loadOffer(abort.signal)
    first.current = undefined
    void loading.then((loaded) => {
      if (abort.signal.aborted) return
      setTrouble(loaded.ok ? null : loaded.trouble)
      if (!loaded.ok) return
      openOffered(client, loaded.offer)
      // Another value would open the source anew, and what was received of it would be lost.
      setOffer((known) => (JSON.stringify(known) === JSON.stringify(loaded.offer) ? known : loaded.offer))
    })
    return () => abort.abort()
    // The first two are not read, but each loads once more when it changes.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [attempt, logins, client])
  return { offer, trouble, retry: () => setAttempt(attempt + 1) }
}

function openOffered(client: StoreClient, offer: Offer): void {
  const { scope, cluster, capture } = navigation.parsed().view
  const { loggedOut, viewer } = loginState.get()
  // A link about a capture asks for its file, and after a log-out nothing is read.
  if (capture !== null || loggedOut) return
  client.open(withScope(offeredSource(offer, cluster), scope, viewer).open)
}
