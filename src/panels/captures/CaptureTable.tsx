import { formatBytes, formatCount, formatPlural, formatTime } from '../../lib/format.ts'
import { useNow } from '../../state/use-now.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import type { CaptureEntry, CaptureTag } from './capture-entry.ts'
import { CaptureMenu } from './CaptureMenu.tsx'
import { windowWords } from './window-words.ts'

const HEAD = 'h-[27px] px-2.5 text-left text-2xs font-normal whitespace-nowrap text-muted'
const CELL = 'h-9 border-t border-line-soft px-2.5 whitespace-nowrap'
/** A narrow window has the numbers below the name. */
const WIDE = 'max-md:hidden'

/** The captures that the reader can open, the newest first. The one that is open is marked. */
export function CaptureTable({ entries }: { entries: readonly CaptureEntry[] }) {
  // To the day: nobody watches the list at midnight.
  const now = useNow(false)
  return (
    <div className="overflow-hidden rounded-[10px] border border-line bg-surface">
      <table className="w-full table-fixed border-collapse">
        <caption className="sr-only">Captures</caption>
        <thead>
          <tr>
            <th scope="col" className={`${HEAD} pl-4`}>
              Name
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} w-28`}>
              From
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} w-56`}>
              Time
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} w-20 text-right`}>
              Records
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} w-20 text-right`}>
              Size
            </th>
            <th scope="col" className={`${HEAD} max-lg:hidden w-64`}>
              Format
            </th>
            <th scope="col" className={`${HEAD} w-28`}>
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <CaptureRow key={entry.key} entry={entry} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function CaptureRow({ entry, now }: { entry: CaptureEntry; now: number }) {
  const { name, from, window, records, bytes, format, isOpen } = entry
  const time = window === null ? '–' : windowWords(window.from, window.to, now)
  const summary = [
    from,
    ...(window === null ? [] : [time]),
    ...(records === null ? [] : [formatPlural(records, 'record')]),
    formatBytes(bytes),
  ]
  return (
    <tr aria-current={isOpen} className="aria-[current=true]:bg-accent-soft">
      <th
        scope="row"
        className={`${CELL} pl-4 text-left font-normal max-lg:py-1.5`}
        style={isOpen ? { boxShadow: 'inset 3px 0 0 var(--accent)' } : {}}
      >
        <code className="block truncate text-xs font-medium" title={name}>
          {name}
        </code>
        {isOpen ? <span className="sr-only">, open</span> : null}
        <span className="block text-2xs whitespace-normal text-muted md:hidden">
          {summary.map((part) => part.replaceAll(' ', '\u00A0')).join(' · ')}
        </span>
        <span className="mt-1 flex flex-wrap gap-1 empty:hidden lg:hidden">
          <Tags tags={entry.tags} />
        </span>
      </th>
      <td className={`${CELL} ${WIDE} truncate text-muted`} title={from}>
        {from}
      </td>
      <td className={`${CELL} ${WIDE} truncate`} title={window === null ? UNREAD : wholeWindow(window)}>
        {time}
      </td>
      <td className={`${CELL} ${WIDE} text-right`} title={records === null ? UNREAD : undefined}>
        {records === null ? '–' : formatCount(records)}
      </td>
      <td className={`${CELL} ${WIDE} text-right`}>{formatBytes(bytes)}</td>
      <td className={`${CELL} max-lg:hidden`}>
        <span className="flex items-center gap-2">
          <span className="min-w-0 truncate" title={format ?? UNREAD}>
            {format ?? '–'}
          </span>
          <Tags tags={entry.tags} />
        </span>
      </td>
      <td className={`${CELL} pr-2`}>
        <span className="flex items-center justify-end gap-1">
          <OpenButton entry={entry} />
          <CaptureMenu name={name} actions={entry.actions} />
        </span>
      </td>
    </tr>
  )
}

const UNREAD = 'Not known: it was not read to its end'

function wholeWindow({ from, to }: NonNullable<CaptureEntry['window']>): string {
  const [start, end] = [from, to].map((time) => (time === null ? 'not known' : formatTime(time)))
  return `${start} – ${end}`
}

function OpenButton({ entry: { name, isOpen, openWord, open } }: { entry: CaptureEntry }) {
  if (isOpen) {
    return (
      <Button
        look="quiet"
        className="phone:h-9"
        aria-label={`Show the flows of ${name}`}
        onClick={() => navigate({ screen: 'flows' })}
      >
        Flows
      </Button>
    )
  }
  return (
    <Button
      look="quiet"
      className="phone:h-9"
      aria-label={`${openWord} ${name}`}
      title={openWord === 'Open' ? undefined : 'The browser does not know where the file is: choose it again'}
      onClick={open}
    >
      {openWord}
    </Button>
  )
}

const TONES: Readonly<Record<CaptureTag['tone'], string>> = {
  refused: 'bg-deny-soft text-deny',
  warning: 'bg-staged-soft text-staged',
  plain: 'bg-sunken text-muted',
}

function Tags({ tags }: { tags: readonly CaptureTag[] }) {
  return tags.map(({ text, tone, title }) => (
    <span key={text} title={title} className={`flex-none rounded-[4px] px-1.5 py-px text-2xs ${TONES[tone]}`}>
      {text}
    </span>
  ))
}
