import { useState, useSyncExternalStore } from 'react'

import { pageCopy } from '../state/offline/page-copy.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'

/** That the server has another version of the page than the one that runs. */
export function VersionNotice() {
  const state = useSyncExternalStore(pageCopy.subscribe, pageCopy.get)
  const [isClosed, setIsClosed] = useState(false)
  if (state !== 'newer' || isClosed) return null
  return (
    <Notice
      title="The server has a newer version of Flowtrace."
      actions={<Button onClick={pageCopy.loadNewer}>Reload with it</Button>}
      onClose={() => setIsClosed(true)}
    >
      This page goes on with the one it was loaded with.
    </Notice>
  )
}
