import { visibleText } from '../../../src/lib/visible-text.ts'
import type { Fault } from '../../../src/policy/manifest/resources.ts'

/** What is wrong in manifests that can have thousands of the same. */
const MAX_FAULTS = 100

/** Faults as compilers print them, one a line; of very many the first ones, and how many there are. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  const lines = faults.slice(0, MAX_FAULTS).map(({ place, effect, object, path, reason }) => {
    const what = [object, path].filter((part) => part !== '').join(' ')
    return visibleText(
      `${place.file}:${place.line}:${place.column}: ${effect}: ${what === '' ? '' : `${what}: `}${reason}`,
    )
  })
  const more = faults.length - lines.length
  return more > 0 ? [...lines, `… and ${more} more`] : lines
}
