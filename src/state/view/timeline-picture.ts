/** The timeline of the screen as a file. */
import { useMemo } from 'react'

import type { PictureFormat } from '../../export/export-format.ts'
import { pngOf } from '../../export/png.ts'
import { timelineSvg } from '../../export/timeline-svg.ts'
import { type Redaction, Redactor } from '../../redact/redactor.ts'
import { TroubleError } from '../../source/trouble.ts'
import type { TimeRange } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import { useViewPart } from './navigation.ts'
import { useShownRange } from './shown-range.ts'

export interface DrawnTimeline {
  readonly svg: string
  /** The time that it covers. */
  readonly span: TimeRange
}

/**
 * The bars of the screen as an SVG document; null while there are none, as where no record has a time. With a redaction
 * its words have no names.
 */
export function useTimelinePicture(redaction: Redaction | null): DrawnTimeline | null {
  const { source } = useFlowtrace()
  const bars = useSnapshot(({ counts }) => counts.histogram)
  const filter = useViewPart((view) => view.filter)
  const range = useShownRange()
  return useMemo(() => {
    if (bars === null) return null
    const span = range ?? { from: bars.from, to: bars.from + bars.step * bars.allowed.length }
    const redactor = redaction === null ? null : new Redactor(redaction)
    const words = {
      source: redactor?.redactOrigin('source', source.name) ?? source.name,
      filter: redactor?.redactQuery(filter).expression ?? filter,
    }
    return { svg: timelineSvg({ ...words, bars, range }), span }
  }, [source, bars, filter, range, redaction])
}

/** The file of a picture; rejects with a {@link TroubleError} where the browser cannot make it. */
export async function pictureFile(format: PictureFormat, { svg }: DrawnTimeline): Promise<Blob> {
  if (format === 'svg') return new Blob([svg], { type: 'image/svg+xml' })
  try {
    return await pngOf(svg)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const say = 'This browser cannot make a PNG of the timeline. The SVG has the same picture.'
    throw new TroubleError({ kind: 'unsupported', say, detail, retry: false }, { cause: error })
  }
}
