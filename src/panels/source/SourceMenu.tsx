import { Menu } from '@base-ui/react/menu'
import { type RefObject, Suspense, useCallback, useEffect, useRef, useState } from 'react'

import { laterPart, lazyPart } from '../../ui/lazy-part.tsx'
import { commands, useApplicable, useCommand } from '../../state/commands/commands.ts'
import { fileSource, useFlowtrace } from '../../state/client/flowtrace.ts'
import { useFileChooser } from '../../state/captures/use-file-chooser.ts'
import { askForLogin } from '../../state/session/login-state.ts'
import { isSession, type TabSession, tabSession, useSession } from '../../state/session/use-session.ts'
import { navigate } from '../../state/view/navigation.ts'
import { usePlayHead } from '../../state/view/play-head.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { KeptOfHistory } from './KeptOfHistory.tsx'
import { LoginItems } from './LoginItems.tsx'
import { MENU_ITEM, SOURCE_ARROW, SOURCE_BUTTON } from './menu-style.ts'
import type { SourceMenuProps } from './source-menu-props.ts'

const ClusterMenu = laterPart(async () => (await import('./ClusterMenu.tsx')).ClusterMenu)
const DemoPanel = lazyPart(async () => (await import('./DemoPanel.tsx')).DemoPanel)

/**
 * The menu of the source: set the scope, open a capture, return to the source that the server offers, log out. Where the
 * server has several clusters, they are chosen in it.
 */
export function SourceMenu({ store = tabSession }: { store?: TabSession }) {
  const { client, source, clusters, openSource } = useFlowtrace()
  const input = useRef<HTMLInputElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const [showsDemo, setShowsDemo] = useState(false)
  // Run once the menu has closed and returned the focus, which the panel or the form then takes.
  const afterClosing = useRef<(() => void) | null>(null)
  const [open, setOpen] = useState(false)
  const { session, stillLoggedIn, logOut, dismiss } = useLogOut(store)
  const openFiles = useCallback(
    ([file, ...others]: readonly File[]) => {
      if (file !== undefined) openSource(fileSource(file, others))
    },
    [openSource],
  )
  const choose = useFileChooser(input, openFiles)
  useCommand('capture.open', choose)
  useCommand('source.choose', () => setOpen(true))
  const menu: SourceMenuProps = {
    open,
    onOpenChange: (isOpen) => {
      if (isOpen) client.checks.prepare()
      setOpen(isOpen)
    },
    onOpenChangeComplete: (isOpen) => {
      if (isOpen) return
      afterClosing.current?.()
      afterClosing.current = null
    },
    session,
    onScope: () => (afterClosing.current = () => commands.request('scope.edit')),
    onCapture: choose,
    onPolicies: () => (afterClosing.current = () => commands.request('policies.open')),
    onExport: () => (afterClosing.current = () => commands.request('export.open')),
    onHistory: () => (afterClosing.current = () => commands.request('history.open')),
    onLogIn: () => (afterClosing.current = () => askForLogin('asked')),
    onLogOut: logOut,
  }
  return (
    <>
      {clusters.length === 0 ? (
        <ActionMenu
          {...menu}
          trigger={trigger}
          onDemo={() => (afterClosing.current = () => setShowsDemo(true))}
        />
      ) : (
        <Suspense fallback={<span className={SOURCE_BUTTON}>{source.name}</span>}>
          <ClusterMenu {...menu} />
        </Suspense>
      )}
      {source.demo === true ? (
        <Suspense fallback={null}>
          <DemoPanel anchor={trigger} open={showsDemo} onOpenChange={setShowsDemo} />
        </Suspense>
      ) : null}
      {stillLoggedIn === null ? null : (
        <div
          role="alert"
          className="fixed top-14 left-4 z-40 flex max-w-md items-center gap-2 rounded-[10px] border border-deny bg-deny-soft p-2 text-ink"
        >
          {stillLoggedIn} <Button onClick={dismiss}>Close</Button>
        </div>
      )}
      <FileInput
        input={input}
        label="Capture file"
        onFile={(file) => openSource(fileSource(file))}
        onFiles={openFiles}
      />
    </>
  )
}

/** The menu of a server that has one source. */
function ActionMenu({
  open,
  onOpenChange,
  onOpenChangeComplete,
  session,
  onScope,
  onCapture,
  onPolicies,
  onExport,
  onHistory,
  onLogIn,
  onLogOut,
  trigger,
  onDemo,
}: SourceMenuProps & { trigger: RefObject<HTMLButtonElement | null>; onDemo: () => void }) {
  const { source } = useFlowtrace()
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange} onOpenChangeComplete={onOpenChangeComplete}>
      <Menu.Trigger ref={trigger} className={SOURCE_BUTTON}>
        {source.name}
        <Icon name="down" className={SOURCE_ARROW} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-40">
          <Menu.Popup className="max-w-[min(28rem,calc(100vw-1rem))] min-w-56 rounded-[10px] border border-line bg-surface p-1.5 text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none">
            <SourceItems {...{ onScope, onCapture, onPolicies, onExport, onHistory, onDemo }} />
            {session === null ? null : <LoginItems session={session} onLogIn={onLogIn} onLogOut={onLogOut} />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** What can be done with the open source, and instead of it. */
function SourceItems({
  onScope,
  onCapture,
  onPolicies,
  onExport,
  onHistory,
  onDemo,
}: Pick<SourceMenuProps, 'onScope' | 'onCapture' | 'onPolicies' | 'onExport' | 'onHistory'> & {
  onDemo: () => void
}) {
  const { source, offered, openSource } = useFlowtrace()
  const canReplay = useApplicable().has('replay')
  const isReplaying = usePlayHead() !== null
  return (
    <>
      {source.open.kind === 'live' ? (
        <Menu.Item className={MENU_ITEM} onClick={onScope}>
          <Icon name="filter" className="size-4 text-muted" />
          Stream only…
        </Menu.Item>
      ) : null}
      {source.open.kind === 'history' ? (
        <Menu.Item className={MENU_ITEM} onClick={() => navigate({ time: null })}>
          <Icon name="play" className="size-4 text-muted" />
          Back to live
        </Menu.Item>
      ) : null}
      {source.history === undefined ? null : (
        <Menu.Item className={MENU_ITEM} onClick={onHistory}>
          <Icon name="clock" className="size-4 text-muted" />
          History…
          <KeptOfHistory />
        </Menu.Item>
      )}
      {source.demo === true ? (
        <Menu.Item className={MENU_ITEM} onClick={onDemo}>
          <Icon name="flag" className="size-4 text-muted" />
          Policies of the demo…
        </Menu.Item>
      ) : null}
      <Menu.Item className={MENU_ITEM} onClick={onCapture}>
        <Icon name="open" className="size-4 text-muted" />
        Open a capture…
      </Menu.Item>
      {canReplay ? (
        <Menu.Item className={MENU_ITEM} onClick={() => commands.run('replay')}>
          <Icon name="clock" className="size-4 text-muted" />
          {isReplaying ? 'Leave the replay' : 'Replay'}
        </Menu.Item>
      ) : null}
      <Menu.Item className={MENU_ITEM} onClick={onPolicies}>
        <Icon name="menu" className="size-4 text-muted" />
        Policies…
      </Menu.Item>
      <Menu.Item className={MENU_ITEM} onClick={onExport}>
        <Icon name="download" className="size-4 text-muted" />
        Export…
      </Menu.Item>
      {offered !== null && source.open.kind === 'file' ? (
        <Menu.Item className={MENU_ITEM} onClick={() => openSource(offered)}>
          <Icon name="play" className="size-4 text-muted" />
          Back to {offered.name}
        </Menu.Item>
      ) : null}
    </>
  )
}

/** Who is logged in, and the way out. `stillLoggedIn` is the sentence of a log-out that failed. */
function useLogOut(store: TabSession) {
  const known = useSession(store)
  const [stillLoggedIn, setStillLoggedIn] = useState<string | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    void store.refresh(abort.signal)
    return () => abort.abort()
  }, [store])
  return {
    session: isSession(known) ? known : null,
    stillLoggedIn,
    logOut: () => void store.logOut().then(setStillLoggedIn),
    dismiss: () => setStillLoggedIn(null),
  }
}
