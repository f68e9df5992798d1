import { Menu } from '@base-ui/react/menu'
import { useRef, useState } from 'react'

import { commands, useCommand } from '../../state/commands/commands.ts'
import { fileSource, type Source, useFlowtrace } from '../../state/client/flowtrace.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { Icon } from '../../ui/Icon.tsx'

const ITEM =
  'flex h-8 cursor-default items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-sunken select-none'

/** Whether two sources are the same but for their scope. */
function isSame(one: Source, other: Source): boolean {
  return one.open === other.open || (one.open.kind === 'live' && other.open.kind === 'live')
}

/** The menu of the source: set its scope, open a capture, return to the source that the server offers. */
export function SourceMenu() {
  const { source, offered, openSource } = useFlowtrace()
  const input = useRef<HTMLInputElement>(null)
  const [scopeChosen, setScopeChosen] = useState(false)
  useCommand('capture.open', () => input.current?.click())
  return (
    <>
      <Menu.Root
        onOpenChangeComplete={(open) => {
          // Only now has the menu returned the focus, which the panel takes.
          if (open || !scopeChosen) return
          setScopeChosen(false)
          commands.run('scope.edit')
        }}
      >
        <Menu.Trigger className={buttonClass('outline', 'max-w-64')}>
          <span className="truncate">{source.name}</span>
          <Icon name="down" className="size-3" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="start" className="z-40">
            <Menu.Popup className="min-w-56 rounded-[10px] border border-line bg-surface p-1.5 text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none">
              {source.open.kind === 'live' ? (
                <Menu.Item className={ITEM} onClick={() => setScopeChosen(true)}>
                  <Icon name="filter" className="size-4 text-muted" /> Stream only…
                </Menu.Item>
              ) : null}
              <Menu.Item className={ITEM} onClick={() => input.current?.click()}>
                <Icon name="open" className="size-4 text-muted" /> Open a capture…
              </Menu.Item>
              {offered === null || isSame(offered, source) ? null : (
                <Menu.Item className={ITEM} onClick={() => openSource(offered)}>
                  <Icon name="play" className="size-4 text-muted" /> Back to {offered.name}
                </Menu.Item>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <FileInput input={input} label="Capture file" onFile={(file) => openSource(fileSource(file))} />
    </>
  )
}
