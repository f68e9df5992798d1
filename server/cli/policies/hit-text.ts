/** Prints a hit of a trace with the place of its rule. */
import type { PolicyHit } from '../../../src/flows/flow.ts'
import { isEndOfTier } from '../../../src/flows/hit.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { Direction } from '../../../src/policy/evaluate/connection.ts'
import { hitWords, placeOfHit } from '../../../src/policy/evaluate/hit-words.ts'
import type { Manifests } from '../../../src/policy/manifest/resources.ts'

/** As `Allow GlobalNetworkPolicy web rule 1  (web.yaml:10)`. */
export function hitText(hit: PolicyHit, direction: Direction, manifests: Manifests): string {
  const place = isEndOfTier(hit) ? null : placeOfHit(hit, direction, manifests)
  const where = place === null ? '' : `  (${place.file}:${place.line})`
  return visibleText(`${hitWords(hit)}${where}`)
}
