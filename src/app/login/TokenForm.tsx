import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

import { useNow } from '../../state/use-now.ts'
import type { LoginResult } from '../../state/session/use-session.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

/** A token of Kubernetes has about 1 kB; one of a company's login may have some. */
const MAX_TOKEN_LENGTH = 16_384

type Refused = Extract<LoginResult, { ok: false }>

/** The field for the token, with what the server says to it beneath. `children` stand between field and button. */
export function TokenForm({
  logIn,
  other,
  children,
}: {
  logIn: (token: string, signal: AbortSignal) => Promise<LoginResult>
  other: ReactNode
  children: ReactNode
}) {
  const field = useRef<HTMLInputElement>(null)
  const [id, sayId] = [useId(), useId()]
  const [shown, setShown] = useState(false)
  const { refused, waitLeft, isAsking, send } = useAttempt(logIn, () => {
    field.current?.focus()
    field.current?.select()
  })
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        send(field.current?.value.trim() ?? '')
      }}
    >
      <label htmlFor={id} className="text-xs font-medium">
        Token
      </label>
      <div
        className={`flex h-9 items-center rounded-lg border bg-surface pr-1 focus-within:outline-2 focus-within:outline-accent ${refused === null ? 'border-edge' : 'border-deny'}`}
      >
        <input
          ref={field}
          id={id}
          type={shown ? 'text' : 'password'}
          className="h-full min-w-0 flex-1 bg-transparent px-2.5 font-mono text-xs outline-none"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={MAX_TOKEN_LENGTH}
          aria-invalid={refused !== null}
          aria-describedby={sayId}
        />
        <Button
          look="quiet"
          aria-label={shown ? 'Hide the token' : 'Show the token'}
          onClick={() => setShown(!shown)}
        >
          {shown ? 'hide' : 'show'}
        </Button>
      </div>
      {/* Two lines are kept free, so that nothing moves when the server says something. */}
      <p id={sayId} role="alert" className="flex min-h-[2lh] items-start gap-1.5 text-xs text-deny">
        {refused === null ? null : (
          <>
            <Icon name="warning" className="mt-px size-3.5" />
            <span>{refused.say}</span>
            {/* Not announced: it changes every second. */}
            <span aria-hidden="true">
              {waitLeft > 0 ? `Try again in ${waitLeft} s.` : refused.waitSeconds > 0 ? 'Try again now.' : ''}
            </span>
          </>
        )}
      </p>
      {children}
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <Button
          type="submit"
          look="primary"
          className="h-8 min-w-20"
          aria-disabled={isAsking || waitLeft > 0}
        >
          {isAsking ? 'Asking…' : 'Log in'}
        </Button>
        {other}
      </div>
    </form>
  )
}

/** One attempt at a time; none while the server wants a pause. The attempt ends with the form. */
function useAttempt(
  logIn: (token: string, signal: AbortSignal) => Promise<LoginResult>,
  onRefused: () => void,
) {
  const [refused, setRefused] = useState<(Refused & { readonly until: number }) | null>(null)
  const [isAsking, setAsking] = useState(false)
  const closed = useRef<AbortController>(null)
  const hasPause = refused !== null && refused.waitSeconds > 0
  const now = useNow(hasPause)
  const waitLeft = hasPause ? Math.max(0, Math.ceil(refused.until - now)) : 0
  useEffect(() => {
    const abort = new AbortController()
    closed.current = abort
    return () => abort.abort()
  }, [])
  const send = async (token: string): Promise<void> => {
    if (isAsking || waitLeft > 0 || closed.current === null) return
    if (token === '') return refuse({ ok: false, say: 'Paste a token first.', waitSeconds: 0 })
    setAsking(true)
    const { signal } = closed.current
    const result = await logIn(token, signal).catch(() => null)
    if (signal.aborted || result === null) return
    setAsking(false)
    if (!result.ok) refuse(result)
  }
  const refuse = (result: Refused): void => {
    setRefused({ ...result, until: Date.now() / 1000 + result.waitSeconds })
    onRefused()
  }
  return { refused, waitLeft, isAsking, send: (token: string) => void send(token) }
}
