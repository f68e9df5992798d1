import { useRef } from 'react'

import { fileSource, type Source } from '../state/client/flowtrace.ts'
import type { Trouble } from '../source/trouble.ts'
import { Button } from '../ui/Button.tsx'
import { FileInput } from '../ui/FileInput.tsx'

/** Shown when `config.json` could not be loaded: the reader can try again, or open a capture file, which needs no server. */
export function StartFailed({
  trouble,
  onRetry,
  onOpen,
}: {
  trouble: Trouble
  onRetry: () => void
  onOpen: (source: Source) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <main className="mx-auto flex h-full max-w-lg flex-col items-start justify-center gap-3 p-6">
      <h1 className="text-lg font-semibold">
        {trouble.kind === 'refused'
          ? 'Flowtrace may not show you flows'
          : 'Flowtrace cannot reach its server'}
      </h1>
      <p>{trouble.say}</p>
      {trouble.detail === null ? null : <code className="text-xs text-muted">{trouble.detail}</code>}
      <div className="flex gap-2">
        <Button look="primary" onClick={onRetry}>
          Try again
        </Button>
        <Button onClick={() => input.current?.click()}>Open a capture…</Button>
      </div>
      <FileInput input={input} label="Capture file" onFile={(file) => onOpen(fileSource(file))} />
    </main>
  )
}
