import { Menu } from '@base-ui/react/menu'
import { useCallback, useRef } from 'react'

import { commands } from '../../state/commands/commands.ts'
import { PASTED_TEXT } from '../../state/captures/pasted-file.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { useFolderChooser } from '../../state/captures/use-file-chooser.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { FolderInput } from '../../ui/FolderInput.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { CAPTURES_MENU, CAPTURES_MENU_ITEM } from './captures-menu-style.ts'

/** Opens files, the files of a folder, or what was copied as text. `choose` lets the reader choose files. */
export function OpenMenu({ opening, choose }: { opening: CaptureOpening; choose: () => void }) {
  const folder = useRef<HTMLInputElement>(null)
  const openChosen = useCallback((files: readonly File[]) => opening.openChosen(files), [opening])
  const chooseFolder = useFolderChooser(folder, openChosen)
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className={buttonClass()}>
          Open a file
          <Icon name="down" className="size-3" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="end" className="z-40">
            <Menu.Popup className={CAPTURES_MENU}>
              <Menu.Item className={CAPTURES_MENU_ITEM} onClick={choose}>
                A file, or several…
              </Menu.Item>
              <Menu.Item className={CAPTURES_MENU_ITEM} onClick={chooseFolder}>
                All files of a folder…
              </Menu.Item>
              <Menu.Item className={CAPTURES_MENU_ITEM} onClick={() => void paste(opening)}>
                Paste what was copied
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <FolderInput
        input={folder}
        label="Folder of captures"
        onFiles={(files) => {
          if (files.length === 0) commands.say('There is no file in that folder')
          else openChosen(files)
        }}
      />
    </>
  )
}

async function paste(opening: CaptureOpening): Promise<void> {
  let text: string
  try {
    text = await navigator.clipboard.readText()
  } catch {
    // Refused, or a page over plain HTTP, to which browsers do not give the clipboard but at the reader's own paste.
    commands.say('The browser does not let the page read what was copied: press Ctrl V instead')
    return
  }
  if (text.trim() === '') commands.say('No text was copied')
  else await opening.openFile(new File([text], PASTED_TEXT))
}
