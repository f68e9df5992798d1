import { formatBytes } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { KeptCapture } from '../../state/captures/kept-capture.ts'
import { useRecentCaptures } from '../../state/captures/use-recent-captures.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { readKeptCapture } from '../../state/compare/second-captures.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'

type CaptureId = KeptCapture['id']

/** So many recent captures are offered. */
const MAX_OFFERED = 6

/** Asks for the second capture: none is chosen, or the link is about one that this page does not have. */
export function SecondCapture({
  wanted,
  onChoose,
  onFile,
}: {
  wanted: CaptureId | null
  /** Lets the reader choose a file. */
  onChoose: () => void
  onFile: (file: File) => void
}) {
  const { source } = useFlowtrace()
  const openId = useViewPart((view) => view.capture)
  const { captures } = useRecentCaptures()
  const openAgain = async (id: CaptureId) => {
    const file = await readKeptCapture(id)
    // Moved, deleted or not permitted: the reader shows where it is.
    if (file === null) onChoose()
    else onFile(file)
  }
  const others = captures.filter(
    ({ id, handles }) => handles.length === 1 && id.hash !== openId?.hash && id.hash !== wanted?.hash,
  )
  const kept = captures.find(({ id }) => id.hash === wanted?.hash && id.size === wanted.size)
  return (
    <div className="flex max-w-3xl flex-col items-start gap-3 p-4">
      <p>
        {wanted === null
          ? `Choose a capture to compare with ${source.name}. It is read on this page, and sent nowhere.`
          : `The other side is ${visibleText(wanted.name)}, ${formatBytes(wanted.size)}, which this page does not have. A link has its name and a checksum, not its records.`}
      </p>
      <div className="flex flex-wrap gap-2">
        {wanted === null || kept === undefined || kept.handles.length !== 1 ? null : (
          <Button look="primary" onClick={() => void openAgain(wanted)}>
            Open it again
          </Button>
        )}
        <Button look={kept === undefined ? 'primary' : 'outline'} onClick={onChoose}>
          Choose a capture…
        </Button>
      </div>
      {others.length === 0 ? null : (
        <section aria-label="Recent captures">
          <h3 className="mb-1 text-2xs text-muted">Opened before</h3>
          <ul className="flex flex-col items-start gap-1">
            {others.slice(0, MAX_OFFERED).map(({ id }) => (
              <li key={`${id.size}.${id.hash}`} className="max-w-full">
                <Button className="max-w-full" onClick={() => void openAgain(id)}>
                  <span className="truncate">{visibleText(id.name)}</span>
                  <span className="text-muted">{formatBytes(id.size)}</span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
