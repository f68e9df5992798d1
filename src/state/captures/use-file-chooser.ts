/** Lets the reader choose files or a folder: where the browser can, with handles, so that they open again after a reload. */
import { type RefObject, useCallback } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { commands } from '../commands/commands.ts'
import { filePickerOf, folderPickerOf, type Picked } from './file-access.ts'

type Input = RefObject<HTMLInputElement | null>

/** `input` does where the browser has no dialog that gives handles. Has to be called at a click or a key press. */
export function useFileChooser(input: Input, onFiles: (files: readonly File[]) => void): () => void {
  return useCallback(() => choose(filePickerOf(window), input, onFiles), [input, onFiles])
}

/** As {@link useFileChooser}, for the files of a folder. */
export function useFolderChooser(input: Input, onFiles: (files: readonly File[]) => void): () => void {
  return useCallback(() => choose(folderPickerOf(window), input, onFiles), [input, onFiles])
}

function choose(
  pick: (() => Promise<Picked>) | null,
  input: Input,
  onFiles: (files: readonly File[]) => void,
): void {
  if (pick === null) input.current?.click()
  else void pick().then((picked) => take(picked, input, onFiles))
}

function take(picked: Picked, input: Input, onFiles: (files: readonly File[]) => void): void {
  switch (picked.is) {
    case 'files':
      if (picked.files.length === 0) commands.say('There is no file in that folder')
      else onFiles(picked.files)
      break
    case 'unreadable':
      commands.say(`${visibleText(picked.name)} could not be read`)
      break
    case 'cannot':
      input.current?.click()
      break
    case 'given-up':
      break
    default:
      unreachable(picked, 'what was chosen')
  }
}
