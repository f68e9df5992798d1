import { useCallback, useRef } from 'react'

import { pathOfFile } from '../../state/captures/folder-handles.ts'
import { useFileChooser, useFolderChooser } from '../../state/captures/use-file-chooser.ts'
import { commands } from '../../state/commands/commands.ts'
import type { PolicyIntake } from '../../state/policies/policy-intake.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { FolderInput } from '../../ui/FolderInput.tsx'
import { Icon } from '../../ui/Icon.tsx'

/** Of a folder the same files as `--policies` reads. */
const MANIFEST_NAME = /\.(ya?ml|json)$/i

function focus(button: HTMLButtonElement | null): void {
  button?.focus()
}

/** Lets the reader choose files of policies, or a folder of them. */
export function PolicyChooser({
  intake,
  isFirst,
  takesFocus,
}: {
  intake: PolicyIntake
  /** Whether nothing is loaded yet. */
  isFirst: boolean
  takesFocus: boolean
}) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const load = useCallback(
    (chosen: readonly File[]) => void intake.add(chosen.map((file) => ({ file, path: pathOfFile(file) }))),
    [intake],
  )
  const loadFolder = useCallback(
    (inside: readonly File[]) => {
      const manifests = inside.filter(({ name }) => MANIFEST_NAME.test(name))
      if (manifests.length > 0) load(manifests)
      else commands.say('There is no .yaml, .yml or .json file in that folder')
    },
    [load],
  )
  const chooseFiles = useFileChooser(files, load)
  const chooseFolder = useFolderChooser(folder, loadFolder)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2 *:[button]:phone:h-11">
        <Button
          key={takesFocus ? 'emptied' : 'first'}
          ref={takesFocus ? focus : undefined}
          data-first-focus=""
          look={isFirst ? 'primary' : 'outline'}
          onClick={chooseFiles}
        >
          <Icon name="open" className="size-3.5" /> {isFirst ? 'Choose files…' : 'More files…'}
        </Button>
        <Button onClick={chooseFolder}>{isFirst ? 'Choose a folder…' : 'A folder…'}</Button>
      </div>
      <p className="text-xs text-muted">
        Or drop files and folders on the page, or paste YAML.
        {isFirst ? '' : ' A file of the same path takes the place of the one before.'}
      </p>
      <FileInput input={files} label="Files of policies" onFile={(file) => load([file])} onFiles={load} />
      <FolderInput input={folder} label="Folder of policies" onFiles={loadFolder} />
    </div>
  )
}
