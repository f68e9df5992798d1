import { formatPlural } from '../../../lib/format.ts'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { RefusalList } from '../../../ui/RefusalList.tsx'

/** Shown when a capture gave no record at all: what was refused of it, with places and reasons. */
export function NothingRead({ name, isWhole }: { name: string; isWhole: boolean }) {
  const refused = useSnapshot(({ status }) => status.holdings.refused)
  const refusals = useSnapshot(({ status }) => status.refusals)
  return (
    <>
      <h2 className="text-lg font-semibold break-words">No flows in {name}</h2>
      <p className="text-muted">
        {isWhole ? 'The file was read to its end' : 'A part of the file was read'}, and{' '}
        {refused === 0
          ? 'held no record.'
          : `nothing in it is a flow record: ${formatPlural(refused, 'piece')} of it ${refused === 1 ? 'was' : 'were'} refused.`}
      </p>
      <RefusalList pieces={refusals} count={refused} className="max-h-[40dvh]" />
    </>
  )
}
