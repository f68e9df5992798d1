import { formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { RefusedFile } from '../../state/captures/capture-opening.ts'
import { RefusalList } from '../../ui/RefusalList.tsx'

/** So many of the files left out are listed. */
const MAX_LISTED = 8

/** Why a file was refused, with what was found in it. */
export function Reasons({ check }: Pick<RefusedFile, 'check'>) {
  return (
    <>
      <p>
        {check.say}
        {check.refused === 0
          ? ''
          : ` ${formatPlural(check.refused, 'piece')} of it ${check.refused === 1 ? 'was' : 'were'} refused:`}
      </p>
      <RefusalList pieces={check.reasons} count={check.refused} className="max-h-[40dvh]" />
    </>
  )
}

/** "2 files were opened, 1 was left out". */
export function leftOutTitle(opened: number, leftOut: number): string {
  if (opened === 0) return `None of the ${formatPlural(leftOut, 'file')} was opened`
  return `${formatPlural(opened, 'file was', 'files were')} opened, ${formatPlural(leftOut, 'was', 'were')} left out`
}

/** The files that are no captures, each with why. */
export function LeftOut({ files }: { files: readonly RefusedFile[] }) {
  return (
    <ul aria-label="Files left out" className="flex flex-col gap-4">
      {files.slice(0, MAX_LISTED).map((file, index) => (
        // The list does not change, so an index identifies an entry.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className="flex flex-col gap-1.5">
          <h3 className="font-semibold break-words">{visibleText(file.name)}</h3>
          <p>{file.check.say}</p>
          <RefusalList pieces={file.check.reasons} count={file.check.refused} className="max-h-[40dvh]" />
        </li>
      ))}
      {files.length > MAX_LISTED ? (
        <li className="text-muted">
          and {formatPlural(files.length - MAX_LISTED, 'other file')}, not listed.
        </li>
      ) : null}
    </ul>
  )
}
