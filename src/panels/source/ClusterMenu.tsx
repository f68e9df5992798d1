import { Popover } from '@base-ui/react/popover'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { COMMANDS } from '../../state/commands/command-table.ts'
import { capsOf, isMac } from '../../state/commands/key-chords.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { KeyCaps } from '../../ui/KeyCaps.tsx'
import { ClusterPicker } from './ClusterPicker.tsx'
import { loginOffer } from './login-offer.ts'
import { KeptOfHistory } from './KeptOfHistory.tsx'
import { SOURCE_ARROW, SOURCE_BUTTON } from './menu-style.ts'
import type { SourceMenuProps } from './source-menu-props.ts'

const MAC = isMac(navigator.platform)
const OPENING_KEYS = COMMANDS.find(({ id }) => id === 'source.choose')?.keys[0] ?? ''

/** The menu of a server that has several clusters: find one, choose it, and what else can be done with a source. */
export function ClusterMenu(menu: SourceMenuProps) {
  const { source, openSource } = useFlowtrace()
  const { open, onOpenChange } = menu
  return (
    <Popover.Root
      open={open}
      onOpenChange={(isOpen) => onOpenChange(isOpen)}
      onOpenChangeComplete={menu.onOpenChangeComplete}
    >
      <Popover.Trigger className={SOURCE_BUTTON}>
        {source.name}
        <Icon name="down" className={SOURCE_ARROW} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-40">
          <Popover.Popup className="flex max-h-(--available-height) w-[min(40rem,calc(100vw-1rem))] flex-col rounded-[10px] border border-line bg-surface text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none">
            <Popover.Title className="sr-only">Choose the source</Popover.Title>
            <ClusterPicker
              onChoose={(chosen) => {
                onOpenChange(false)
                if (chosen !== null) openSource(chosen)
              }}
            />
            <Actions {...menu} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** What can be done besides choosing, who is logged in, and the keys. */
function Actions({
  session,
  onOpenChange,
  onScope,
  onCapture,
  onPolicies,
  onExport,
  onHistory,
  onLogIn,
  onLogOut,
}: SourceMenuProps) {
  const { source } = useFlowtrace()
  const offer = session === null ? null : loginOffer(session)
  const close = (act: () => void) => () => {
    act()
    onOpenChange(false)
  }
  return (
    <div className="flex flex-none flex-wrap items-center gap-1 border-t border-line px-2 py-1.5 text-xs text-muted">
      {source.open.kind === 'history' ? (
        <Button look="quiet" onClick={close(() => navigate({ time: null }))}>
          <Icon name="play" className="size-3.5" /> Back to live
        </Button>
      ) : null}
      {source.history === undefined ? null : (
        <Button look="quiet" onClick={close(onHistory)}>
          <Icon name="clock" className="size-3.5" /> History…
          <KeptOfHistory />
        </Button>
      )}
      <Button look="quiet" onClick={close(onCapture)}>
        <Icon name="open" className="size-3.5" /> Open a capture…
      </Button>
      <Button look="quiet" onClick={close(onPolicies)}>
        <Icon name="menu" className="size-3.5" /> Policies…
      </Button>
      <Button look="quiet" onClick={close(onExport)}>
        <Icon name="download" className="size-3.5" /> Export…
      </Button>
      {source.open.kind === 'live' ? (
        <Button look="quiet" onClick={close(onScope)}>
          <Icon name="filter" className="size-3.5" /> Stream only…
        </Button>
      ) : null}
      {offer === null ? null : (
        <Button look="quiet" onClick={close(offer === 'log in' ? onLogIn : onLogOut)}>
          {offer === 'log in' ? 'Log in…' : 'Log out'}
        </Button>
      )}
      {session?.loggedIn === true && session.user !== null ? (
        <span className="max-w-48 truncate px-1" title={session.user}>
          Logged in as <span className="font-medium text-ink">{session.user}</span>
        </span>
      ) : null}
      <span className="ml-auto flex items-center gap-1 px-1 max-sm:hidden">
        <KeyCaps caps={capsOf(OPENING_KEYS, MAC)} /> opens this · <KeyCaps caps={['1', '–', '9']} /> choose
      </span>
    </div>
  )
}
