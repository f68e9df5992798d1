import { useId } from 'react'

import { formatPlural } from '../../lib/format.ts'
import { namesListText } from '../../redact/names-list.ts'
import type { ReplacedName } from '../../redact/stand-ins.ts'
import { saltFault, setSalt, useSalt } from '../../state/remembered/redaction-salt.ts'
import type { FileExport } from '../../state/view/use-file-export.ts'
import type { RedactionChoice, RedactionState } from './use-redaction.ts'
import { Button } from '../../ui/Button.tsx'
import type { saveFile } from '../../ui/save-file.ts'
import { SaltField } from '../../ui/SaltField.tsx'
import { RedactPreview } from './RedactPreview.tsx'

const CHOICES: readonly { readonly id: RedactionChoice; readonly title: string }[] = [
  { id: 'nothing', title: 'Nothing' },
  { id: 'names', title: 'Names' },
  { id: 'names-and-labels', title: 'Names and labels' },
]

/** Which names a file has: as they are or stand-ins, with examples from the records, and the way back. */
export function RedactChoice({
  choice,
  choose,
  preview,
  disabled,
  state,
  save,
}: Pick<RedactionState, 'choice' | 'choose' | 'preview'> & {
  disabled: boolean
  /** The list of names is that of the file that was saved. */
  state: FileExport
  save: typeof saveFile
}) {
  const name = useId()
  const salt = useSalt() ?? ''
  const written = state.step === 'saved' ? (state.file.redacted ?? null) : null
  return (
    <fieldset className="border-t border-line px-4 py-3" disabled={disabled}>
      <legend className="sr-only">Redact</legend>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span aria-hidden="true" className="flex-1 font-semibold">
          Redact
        </span>
        <div className="flex rounded-[7px] border border-line bg-sunken">
          {CHOICES.map(({ id, title }) => (
            <label
              key={id}
              // Outlined in forced colours, which have no backgrounds.
              data-highlighted={id === choice ? '' : undefined}
              className={`relative flex h-6 cursor-pointer items-center rounded-md border px-2.5 text-xs whitespace-nowrap phone:h-9 ${id === choice ? 'border-line bg-surface font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
            >
              {/* It covers its label, so that its focus ring is that of the segment. */}
              <input
                type="radio"
                name={name}
                checked={id === choice}
                onChange={() => choose(id)}
                className="absolute inset-0 cursor-pointer appearance-none rounded-md"
              />
              {title}
            </label>
          ))}
        </div>
      </div>
      {choice === 'nothing' ? (
        <p className="mt-2 text-xs text-muted">The file has all names as they are.</p>
      ) : (
        <>
          <RedactPreview preview={preview} written={written} />
          <p className="mt-2 text-xs text-muted">
            The same name becomes the same stand-in in all files, so both ends still fit. Ports, tiers,
            verdicts and times stay, and the names that every cluster has; the link to this page goes. The
            list of names stays with you.
          </p>
          <div className="mt-2 flex flex-wrap items-start gap-x-4 gap-y-2">
            <SaltField salt={salt} faultOf={saltFault} onTake={setSalt} />
            <Button
              className="ml-auto phone:h-11"
              aria-disabled={written === null}
              title={written === null ? 'Once the file is saved' : undefined}
              onClick={() => {
                if (written !== null) save(listOf(written.names), 'flowtrace-names.jsonl')
              }}
            >
              Save the list of names
            </Button>
          </div>
          {written !== null && written.unlisted > 0 ? (
            <p className="mt-2 text-xs text-muted">
              The list lacks {formatPlural(written.unlisted, 'more stand-in')}: there are more names than fit
              into memory.
            </p>
          ) : null}
        </>
      )}
    </fieldset>
  )
}

function listOf(names: readonly ReplacedName[]): Blob {
  return new Blob([namesListText(names)], { type: 'application/x-ndjson' })
}
