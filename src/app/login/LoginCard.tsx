import { type ReactNode, useEffect, useRef, useState } from 'react'

import type { LoginResult, Session } from '../../state/session/use-session.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { TokenForm } from './TokenForm.tsx'

export const reloadPage = (): void => window.location.reload()

/** The content of the login screen and of the form over a page: what the server asks for, and how to give it. */
export function LoginCard({
  title,
  session,
  logIn,
  onReload,
  other,
}: {
  title: string
  session: Session
  logIn: (token: string, signal: AbortSignal) => Promise<LoginResult>
  /** Loads the page anew, so that a login in front of the server gets its turn. */
  onReload: () => void
  /** What can be done without logging in. */
  other: ReactNode
}) {
  switch (session.mode) {
    case 'token':
    case 'kubernetes':
      return (
        <>
          <h2 className="text-[1.0625rem] font-semibold">{title}</h2>
          <p className="text-muted">
            {session.mode === 'token'
              ? `This Flowtrace asks for a token.${session.hint === null ? ' Whoever runs it has it.' : ''}`
              : 'This Flowtrace asks for a token. It checks it with the cluster and shows the flows of the namespaces that the token opens.'}
          </p>
          <TokenForm logIn={logIn} other={other}>
            <Hint text={session.hint} />
          </TokenForm>
          <p className="text-xs text-muted">
            The token goes to this server, which keeps it in its memory until you log out or the session ends
            {session.mode === 'kubernetes' ? ', and asks the cluster about it' : ''}. It is not stored in this
            browser: a cookie keeps you logged in.
          </p>
        </>
      )
    case 'proxy':
    case 'none':
      return (
        <>
          <h2 className="text-[1.0625rem] font-semibold">Your company’s login did not say who you are</h2>
          <p className="text-muted">
            This Flowtrace stands behind a login of its own, which may have ended. Loading the page anew leads
            there, and then back to this view.
          </p>
          <Hint text={session.hint} />
          <ReloadButton onReload={onReload} other={other} />
        </>
      )
    default:
      return session.mode satisfies never
  }
}

function ReloadButton({ onReload, other }: { onReload: () => void; other: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null)
  const [reloading, setReloading] = useState(false)
  useEffect(() => button.current?.focus(), [])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        ref={button}
        look="primary"
        className="h-8"
        aria-disabled={reloading}
        onClick={() => {
          setReloading(true)
          onReload()
        }}
      >
        Load the page anew
      </Button>
      {other}
    </div>
  )
}

/** How to get a token. A command can be copied. */
function Hint({ text }: { text: string | null }) {
  if (text === null) return null
  if (!text.startsWith('kubectl ')) return <p className="text-muted">{text}</p>
  return (
    <div className="flex items-center gap-2 rounded-[7px] bg-sunken py-1 pr-1 pl-2.5">
      <code className="min-w-0 flex-1 py-1 text-xs break-words">{text}</code>
      <CopyButton text={() => text} label="Copy" look="quiet" title="Copy the command" />
    </div>
  )
}
